namespace Lamb.Gpu.Tests.Checkpoints;

/// <summary>A way in which numbers lie in memory, and are kept and rounded.</summary>
internal sealed record ResumeStorage(
    LambDataType Weights, LambDataType Gradients, LambDataType Moments, bool KeepsMasters, LambRounding Rounding)
{
    /// <summary>Tells whether the optimizer takes these options with it.</summary>
    public bool Fits(LambOptions options) =>
        KeepsMasters || Weights == LambDataType.Float32 || options.WeightAccess == LambWeightAccess.Shared;

    /// <summary>Returns the options with it.</summary>
    public LambOptions Of(LambOptions options) => options with
    {
        MasterWeights = KeepsMasters,
        WeightRounding = Rounding,
        RoundingSeed = 7,
        MomentDataType = Moments,
    };

    /// <summary>Returns the variable with it.</summary>
    public LambVariableSpec Of(LambVariableSpec spec) =>
        spec with { WeightDataType = Weights, GradientDataType = Gradients };
}
