using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Launch;

/// <summary>How many kernels a step launches, for every combination of options.</summary>
[TestClass]
public class LaunchTableTests
{
    private static readonly (string Name, LambOptions Options)[] Clips =
    [
        ("none", new LambOptions()),
        ("value", new LambOptions { ClipValue = 1 }),
        ("norm", new LambOptions { ClipNorm = 1 }),
        ("global", new LambOptions { GlobalClipNorm = 1 }),
        ("to 1", new LambOptions { NormalizeGradients = true }),
        ("none, decay in u", new LambOptions
        {
            WeightDecay = 0.1,
            WeightDecayMode = LambWeightDecayMode.Update,
            BiasCorrection = LambBiasCorrection.LearningRate,
            TrustRatioMax = 1,
        }),
    ];

    private static readonly (string Name, double? Factor, LambDynamicLossScale? Scale)[] LossScales =
        [("none", null, null), ("fixed", 8, null), ("dynamic", null, new LambDynamicLossScale())];

    public static IEnumerable<object[]> Rows => TestDevice.Rows;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AStepIsFiveLaunchesAtMostWhateverTheOptions(string row)
    {
        TestDevice device = TestDevice.Open(row);
        TestContext.WriteLine($"{row}: launches of a micro-step and of an update, the same in every line with and "
            + "without EMA, and with and without a variable that is overwritten");
        foreach (var (clip, clipped) in Clips)
        {
            foreach (var (scaleName, factor, scale) in LossScales)
            {
                LambOptions options = clipped with { LossScaleFactor = factor, DynamicLossScale = scale };
                bool decides = scale != null || clip is "norm" or "global" or "to 1";
                int update = device.LaunchesOfAnUpdate + (decides ? 2 : 0), microStep = scale != null ? update : 1;
                AssertLaunches(device, options, update, microStep, $"clip {clip}, loss scale {scaleName}");
                TestContext.WriteLine($"| {clip,-16} | {scaleName,-7} | {microStep} | {update} |");
            }
        }
    }

    private static void AssertLaunches(
        TestDevice device, LambOptions options, int update, int microStep, string what)
    {
        foreach (bool overwrites in new[] { false, true })
        {
            using var variables = LambVariables.Allocate(
                device.Accelerator,
                new LambVariableSpec("trained", [10]),
                new LambVariableSpec("other", [10]) { OverwriteWithGradient = overwrites });
            foreach (bool averages in new[] { false, true })
            {
                LambOptions averaged = options with { UseEma = averages };
                string all = $"{what}, EMA {averages}, overwrite {overwrites}";
                CollectionAssert.AreEqual(
                    new long[] { update, update }, LaunchesOf(device, variables, averaged, 2), all);
                CollectionAssert.AreEqual(
                    new long[] { microStep, microStep, update },
                    LaunchesOf(device, variables, averaged with { GradientAccumulationSteps = 3 }, 3),
                    $"{all}, accumulation");
            }
        }
    }

    private static long[] LaunchesOf(TestDevice device, LambVariables variables, LambOptions options, int calls)
    {
        using LambOptimizer optimizer = device.Optimizer(variables, options);
        return [.. Enumerable.Range(0, calls).Select(_ =>
        {
            long before = optimizer.Launches;
            optimizer.Step();
            return optimizer.Launches - before;
        })];
    }
}
