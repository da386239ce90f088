using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Kernels;

namespace Lamb.Gpu.Tests.Checkpoints;

/// <summary>A small optimizer with every kind of state, some steps old.</summary>
internal sealed class WornOptimizer : IDisposable
{
    public WornOptimizer(
        LambOptions? options = null, int steps = 5, int seed = 1, IReadOnlyList<LambVariableSpec>? specs = null)
    {
        Variables = LambVariables.Allocate(TestDevice.Cpu.Accelerator, [.. specs ?? Specs]);
        Variables.Fill(seed);
        Optimizer = TestDevice.Cpu.Optimizer(Variables, options ?? Everything);
        for (int step = 0; step < steps; step++)
        {
            Step(step);
        }

        if (options == null && specs == null)
        {
            Optimizer.StepWith(Variables, [new float[6], new float[4], [float.NaN]]);
            Optimizer.LearningRate = 0.3;
            Step(steps);
        }
    }

    /// <summary>Gets options under which every kind of state is kept.</summary>
    public static LambOptions Everything { get; } = new()
    {
        UseEma = true,
        GradientAccumulationSteps = 2,
        WeightDecay = 0.1,
        DynamicLossScale = new LambDynamicLossScale { InitialScale = 8, DynamicGrowthSteps = 3 },
    };

    public static IReadOnlyList<LambVariableSpec> Specs { get; } =
    [
        new("dense/kernel", [2, 3]), new("set", [4]) { OverwriteWithGradient = true }, new("bias", []),
    ];

    public LambVariables Variables { get; }

    public LambOptimizer Optimizer { get; }

    /// <summary>Takes a step with gradients that are the same for every optimizer.</summary>
    public void Step(int call) => Optimizer.StepWith(
        Variables, [.. Variables.Select((v, i) => Values.Random(v.Length, (31 * call) + i))]);

    public float[] Weights() => [.. Variables.SelectMany(v => v.Weights.Read(Variables.Accelerator))];

    /// <summary>Reads every bit of the state.</summary>
    public long[] StateBits() =>
    [
        .. Optimizer.SaveState().SelectMany(value => value.Values).Select(BitConverter.DoubleToInt64Bits),
        .. Optimizer.ReadTrustRatios().Select(ratio => (long)BitConverter.SingleToInt32Bits(ratio.TrustRatio)),
        Optimizer.RawIterations,
    ];

    /// <summary>Reads every bit of the state and of the weights.</summary>
    public long[] Bits() => [.. Weights().Bits().Select(bits => (long)bits), .. StateBits()];

    public void Dispose()
    {
        Optimizer.Dispose();
        Variables.Dispose();
    }
}
