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
