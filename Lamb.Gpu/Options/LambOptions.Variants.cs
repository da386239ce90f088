using Lamb.Gpu.Arguments;

namespace Lamb.Gpu;

/// <content>Options for the differences between LAMB implementations; the defaults are those of
/// keras.optimizers.Lamb.</content>
public sealed partial record LambOptions
{
    /// <summary>Gets where weight decay is applied; decoupled by default. Not an option of Keras.</summary>
    /// <remarks>Has no effect without <see cref="WeightDecay"/>. A variant may set only the mode, and leave the amount
    /// to you.</remarks>
    public LambWeightDecayMode WeightDecayMode { get; init; }

    /// <summary>Gets where bias correction is applied; in the update by default. Not an option of Keras.</summary>
    public LambBiasCorrection BiasCorrection { get; init; }

    /// <summary>Gets which variables the trust ratio applies to; all by default. Not an option of Keras.</summary>
    public LambTrustRatioScope TrustRatioScope { get; init; }

    /// <summary>Gets the smallest trust ratio when both norms are positive: 0 or more; 0 by default. Not an option of
    /// Keras.</summary>
    public double TrustRatioMin { get; init; }

    /// <summary>Gets the largest trust ratio when both norms are positive: greater than 0, or infinity for no limit,
    /// which is the default. Not an option of Keras.</summary>
    public double TrustRatioMax { get; init; } = double.PositiveInfinity;

    /// <summary>Gets γl, the lower limit of ‖w‖ in the trust ratio: 0 or more; 0 by default. Not an option of
    /// Keras.</summary>
    /// <remarks>φ(z) = min(max(z, γl), γu) of the paper. With a limit, weights of zero have a trust ratio of γl /
    /// ‖u‖.</remarks>
    public double WeightNormMin { get; init; }

    /// <summary>Gets γu, the upper limit of ‖w‖ in the trust ratio: greater than 0, or infinity for no limit, which is
    /// the default. Not an option of Keras.</summary>
    public double WeightNormMax { get; init; } = double.PositiveInfinity;

    /// <summary>Gets whether a gradient is multiplied by 1 − β₁ in the first moment; true by default. Not an option of
    /// Keras.</summary>
    /// <remarks>m ← β₁·m + (1 − β₁)·g; without it m ← β₁·m + g.</remarks>
    public bool GradientAveraging { get; init; } = true;

    /// <summary>Gets whether all gradients together are scaled to a norm of 1; false by default. Not an option of
    /// Keras.</summary>
    /// <remarks>
    /// g ← g / ‖g‖, ‖g‖ over all variables, from 1.2e-38 to 1.8e19. A norm of 0 leaves g unchanged. A positive norm
    /// below 1.2e-38 counts as 1.2e-38, so the result is less than 1. Squares overflow from 1.8e19 (2⁶⁴) on: such a
    /// norm, like one that is not finite, makes all gradients NaN. Cannot be combined with clipping.
    /// </remarks>
    public bool NormalizeGradients { get; init; }

    /// <summary>Gets whether decay needs the weights before their norm is known.</summary>
    internal bool CouplesDecay =>
        WeightDecayMode != LambWeightDecayMode.Decoupled && WeightDecay is not (null or 0);

    /// <summary>Returns options that compute the update of another library, with the defaults of that
    /// library.</summary>
    /// <remarks>Change what you changed there: <c>LambOptions.ForVariant(LambVariant.Timm) with { WeightDecay = 0.02
    /// }</c>. The learning rate is 0.001 in all of them.</remarks>
    /// <param name="variant">The library.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such variant.</exception>
    public static LambOptions ForVariant(LambVariant variant) => variant switch
    {
        LambVariant.Keras => new LambOptions(),
        LambVariant.Paper => Coupled with { WeightDecay = 0.01 },
        LambVariant.NvLamb => Coupled with { WeightDecay = 0.01, NormalizeGradients = true },
        LambVariant.Apex or LambVariant.Timm => Coupled with
        {
            WeightDecay = 0.01,
            GlobalClipNorm = 1,
            TrustRatioScope = LambTrustRatioScope.Decayed,
        },
        LambVariant.DeepSpeed => Coupled with
        {
            Epsilon = 1e-8,
            BiasCorrection = LambBiasCorrection.LearningRate,
            TrustRatioMin = 0.01,
            TrustRatioMax = 10,
        },
        LambVariant.Optax or LambVariant.TfAddons => Coupled,
        LambVariant.OnnxRuntime => Coupled with { GlobalClipNorm = 1 },
        _ => throw new ArgumentOutOfRangeException(
            nameof(variant), variant, $"The variant must be one of {string.Join(", ", Enum.GetNames<LambVariant>())}."),
    };

    private static LambOptions Coupled => new() { Epsilon = 1e-6, WeightDecayMode = LambWeightDecayMode.Update };

    private void ValidateVariant(ArgumentRules rules)
    {
        rules.Defined(WeightDecayMode)
            .Defined(BiasCorrection)
            .Defined(TrustRatioScope)
            .NotNegative(TrustRatioMin)
            .Limit(TrustRatioMin, TrustRatioMax)
            .NotNegative(WeightNormMin)
            .Limit(WeightNormMin, WeightNormMax)
            .Require(
                !NormalizeGradients || (ClipNorm ?? GlobalClipNorm ?? ClipValue) == null,
                nameof(NormalizeGradients),
                "be false where ClipNorm, GlobalClipNorm or ClipValue is set",
                NormalizeGradients)
            .Require(
                WeightAccess == LambWeightAccess.Shared || !CouplesDecay,
                nameof(WeightAccess),
                $"be Shared where weights decay by the {WeightDecayMode}, which reads them",
                WeightAccess);
    }
}
