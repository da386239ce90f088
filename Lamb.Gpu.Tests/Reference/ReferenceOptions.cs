namespace Lamb.Gpu.Tests.Reference;

/// <summary>The options of the reference, with the meaning and the defaults of keras.optimizers.Lamb; and what other
/// libraries have.</summary>
internal sealed record ReferenceOptions
{
    /// <summary>Gets what η comes from.</summary>
    public LambLearningRate LearningRate { get; init; } = 0.001;

    /// <summary>Gets β₁.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Gets β₂.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Gets ε.</summary>
    public double Epsilon { get; init; } = 1e-7;

    /// <summary>Gets λ, or null for none.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>Gets the norm that the gradient of each variable is clipped to; null, 0 or less for none.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Gets the magnitude that each element is clipped to; null, 0 or less for none.</summary>
    public double? ClipValue { get; init; }

    /// <summary>Gets the norm that all gradients together are clipped to; null, 0 or less for none.</summary>
    public double? GlobalClipNorm { get; init; }

    /// <summary>Gets whether all gradients together are scaled to a norm of 1.</summary>
    public bool NormalizeGradients { get; init; }

    /// <summary>Gets whether g enters m times 1 − β₁.</summary>
    public bool GradientAveraging { get; init; } = true;

    /// <summary>Gets where decay comes in.</summary>
    public LambWeightDecayMode WeightDecayMode { get; init; }

    /// <summary>Gets where the moments are corrected.</summary>
    public LambBiasCorrection BiasCorrection { get; init; }

    /// <summary>Gets whether only what decays has a trust ratio.</summary>
    public bool OnlyDecayedAdapt { get; init; }

    /// <summary>Gets the limits of the trust ratio.</summary>
    public (double Min, double Max) TrustRatioLimits { get; init; } = (0, double.PositiveInfinity);

    /// <summary>Gets γl and γu, the limits of ‖w‖ in the trust ratio.</summary>
    public (double Min, double Max) WeightNormLimits { get; init; } = (0, double.PositiveInfinity);

    /// <summary>Gets whether averages of the weights are kept.</summary>
    public bool UseEma { get; init; }

    /// <summary>Gets the share of an average that stays.</summary>
    public double EmaMomentum { get; init; } = 0.99;

    /// <summary>Gets after how many updates the averages are written over the weights; null or 0 for never.</summary>
    public int? EmaOverwriteFrequency { get; init; }

    /// <summary>Gets what every gradient is divided by, or null for nothing.</summary>
    public double? LossScaleFactor { get; init; }

    /// <summary>Gets how many gradients make an update; null or 0 for one.</summary>
    public int? GradientAccumulationSteps { get; init; }
}
