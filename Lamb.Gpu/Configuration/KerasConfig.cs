namespace Lamb.Gpu.Configuration;

/// <summary>Holds what get_config of keras.optimizers.Lamb returns, with the names and the defaults of Keras.</summary>
/// <remarks>Values are as written, unchecked: 0 may mean off, and Keras writes a rate rounded to float32.</remarks>
internal sealed record KerasConfig
{
    public string Name { get; init; } = "lamb";

    public LambLearningRate LearningRate { get; init; } = 0.001;

    public double? WeightDecay { get; init; }

    public double? ClipNorm { get; init; }

    public double? GlobalClipNorm { get; init; }

    public double? ClipValue { get; init; }

    public bool UseEma { get; init; }

    public double EmaMomentum { get; init; } = 0.99;

    public int? EmaOverwriteFrequency { get; init; }

    public double? LossScaleFactor { get; init; }

    public int? GradientAccumulationSteps { get; init; }

    public double Beta1 { get; init; } = 0.9;

    public double Beta2 { get; init; } = 0.999;

    public double Epsilon { get; init; } = 1e-7;

    /// <summary>Gets the LossScaleOptimizer around the optimizer, or null where there is none.</summary>
    public KerasLossScale? LossScale { get; init; }
}
