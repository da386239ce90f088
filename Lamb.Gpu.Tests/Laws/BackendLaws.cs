using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Kernels;

namespace Lamb.Gpu.Tests.Laws;

/// <summary>Every accelerator computes the trajectory of the CPU, but for rounding.</summary>
[TestClass]
public class BackendLaws
{
    private const int Calls = 20;

    private static readonly LambOptions Decaying = new() { LearningRate = 0.01, WeightDecay = 0.1 };

    private static readonly Dictionary<string, LambOptions> Cases = new()
    {
        ["plain"] = new() { LearningRate = 0.01 },
        ["decay, clipped by the global norm"] = Decaying with { GlobalClipNorm = 1 },
        ["decay, clipped by the norm of the variable, accumulation"] = Decaying with
        {
            ClipNorm = 2,
            GradientAccumulationSteps = 3,
        },
        ["decay, weights of the optimizer alone"] = Decaying with { WeightAccess = LambWeightAccess.Exclusive },
        ["decay of the update, correction of the rate, limits above"] = Decaying with
        {
            WeightDecayMode = LambWeightDecayMode.Update,
            BiasCorrection = LambBiasCorrection.LearningRate,
            TrustRatioMax = 0.5,
            WeightNormMax = 2,
        },
        ["decay of the gradient, normalized, not averaged, adapting loss scale"] = Decaying with
        {
            WeightDecay = 0.0001,
            WeightDecayMode = LambWeightDecayMode.Gradient,
            NormalizeGradients = true,
            GradientAveraging = false,
            BiasCorrection = LambBiasCorrection.None,
            DynamicLossScale = new LambDynamicLossScale { InitialScale = 1024, DynamicGrowthSteps = 3 },
        },
        ["decay, average, adapting loss scale"] = Decaying with
        {
            UseEma = true,
            EmaMomentum = 0.9,
            EmaOverwriteFrequency = 5,
            DynamicLossScale = new LambDynamicLossScale { InitialScale = 1024, DynamicGrowthSteps = 3 },
        },
    };

    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> Rows => TestDevice.Rows.Where(row => row[0] is not "cpu");

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void TheTrajectoryIsThatOfTheCpu(string row)
    {
        TestDevice device = TestDevice.Open(row);
        foreach ((string name, LambOptions options) in Cases)
        {
            var played = new OptionCase(options, SpecsFor(device), 5);
            using OptionRun cpu = played.Start(TestDevice.Cpu), other = played.Start(device);
            var comparison = new BackendComparison(cpu, other, new RoundingBounds(options, machines: 2));
            for (int call = 0; call < Calls; call++)
            {
                bool isPoisoned = options.DynamicLossScale != null && call % 5 == 4;
                float[]?[] gradients = isPoisoned
                    ? played.Poisoned(call)
                    : played.All(call, cpu.Optimizer.ScaleLoss(1));
                comparison.Step(gradients, isPoisoned, $"{name}, call {call}");
            }

            TestContext.WriteLine($"{name}: at most {comparison.Worst:p1} of the bound");
        }
    }

    // Lengths around every boundary, and more small variables.
    private static LambVariableSpec[] SpecsFor(TestDevice device) =>
    [
        .. KernelCase.LengthsFor(device).Where(length => length * Calls <= device.Effort / 8)
            .Concat(Enumerable.Range(0, device.IsSimulated ? 4 : 40).Select(i => 1L + (i % 8)))
            .Select((length, i) => new LambVariableSpec($"v{i}", [length]) { ExcludeFromWeightDecay = i % 3 == 0 }),
    ];
}
