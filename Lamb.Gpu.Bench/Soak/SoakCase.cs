using ILGPU.Runtime;

namespace Lamb.Gpu.Bench.Soak;

/// <summary>What is trained for so long: every option that keeps something, in one storage or the other.</summary>
/// <param name="Name">The storage of the weights.</param>
/// <param name="Storage">How weights and gradients lie in memory.</param>
/// <param name="Moments">How the moments lie in memory.</param>
internal sealed record SoakCase(string Name, LambDataType Storage, LambDataType Moments)
{
    /// <summary>Gets the two that are trained.</summary>
    public static IReadOnlyList<SoakCase> All { get; } =
    [
        new("float32", LambDataType.Float32, LambDataType.Float32),
        new("bfloat16", LambDataType.BFloat16, LambDataType.BFloat16),
    ];

    /// <summary>Gets the options.</summary>
    public LambOptions Options => new()
    {
        LearningRate = new CosineDecayRestarts(0.01, 1000, tMul: 1, alpha: 0.1),
        WeightDecay = 0.01,
        GlobalClipNorm = 1,
        GradientAccumulationSteps = 2,
        UseEma = true,
        EmaMomentum = 0.9,
        EmaOverwriteFrequency = 50,
        DynamicLossScale = new LambDynamicLossScale
        {
            InitialScale = SoakGradients.Scale,
            DynamicGrowthSteps = SoakGradients.Poisoned / 2,
        },
        MomentDataType = Moments,
    };

    /// <summary>Gets the variables: two tiles, one that does not decay, a scalar, one that is overwritten.</summary>
    public IReadOnlyList<LambVariableSpec> Specs =>
    [
        Spec("dense/kernel", [200, 100]),
        Spec("dense/bias", [100]) with { ExcludeFromWeightDecay = true },
        Spec("scale", []),
        Spec("counts", [20]) with { OverwriteWithGradient = true },
    ];

    private LambVariableSpec Spec(string name, long[] shape) =>
        new(name, shape) { WeightDataType = Storage, GradientDataType = Storage };
}

/// <summary>Gradients by the number of the call, the same ones in every run; one in a hundred is not finite.</summary>
internal sealed class SoakGradients
{
    /// <summary>The loss scale at first, which they are multiples of.</summary>
    public const int Scale = 1024;

    /// <summary>After how many calls one is not finite: by then the loss scale has doubled once.</summary>
    public const int Poisoned = 100;

    private const int Sets = 8;

    private readonly float[][][] singles;
    private readonly BFloat16[][][] brains;

    public SoakGradients(IReadOnlyList<LambVariableSpec> specs)
    {
        singles = [.. Enumerable.Range(0, Sets).Select(set => Draw(specs, new Random(set)))];
        brains = [.. singles.Select(set => set.Select(Narrow).ToArray())];
    }

    /// <summary>Writes those of a call.</summary>
    public void Write(LambVariables variables, long call)
    {
        int set = (int)(call % Sets);
        for (int i = 0; i < variables.Count; i++)
        {
            Write(variables[i].GradientView, singles[set][i], brains[set][i]);
        }

        if (call % Poisoned == Poisoned - 1)
        {
            bool isOdd = call / Poisoned % 2 != 0;
            float[] poisoned = [isOdd ? float.NaN : float.PositiveInfinity, .. singles[set][0][1..]];
            Write(variables[0].GradientView, poisoned, Narrow(poisoned));
        }
    }

    private static float[][] Draw(IEnumerable<LambVariableSpec> specs, Random random) =>
        [.. specs.Select(spec => Draw(spec.Shape.Aggregate(1L, (product, size) => product * size), random))];

    private static float[] Draw(long length, Random random) =>
        [.. Enumerable.Range(0, (int)length).Select(_ => ((2 * random.NextSingle()) - 1) * Scale)];

    private static BFloat16[] Narrow(float[] values) => Array.ConvertAll(values, value => (BFloat16)value);

    private static void Write(LambView array, float[] wide, BFloat16[] narrow)
    {
        if (array.DataType == LambDataType.BFloat16)
        {
            array.As<BFloat16>().CopyFromCPU(narrow);
        }
        else
        {
            array.As<float>().CopyFromCPU(wide);
        }
    }
}
