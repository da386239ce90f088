namespace Lamb.Gpu;

/// <summary>Holds the arguments of keras.optimizers.LossScaleOptimizer, with its names and defaults.</summary>
/// <remarks>
/// Gradients are divided by the scale. A step with a non-finite gradient changes nothing and halves the scale;
/// <see cref="DynamicGrowthSteps"/> finite ones in a row double it.
/// </remarks>
public sealed record LambDynamicLossScale
{
    /// <summary>Gets the name of the optimizer in Keras's configuration.</summary>
    public string Name { get; init; } = "loss_scale_optimizer";

    /// <summary>Gets the scale at first: finite and greater than 0; 32768 by default.</summary>
    public double InitialScale { get; init; } = 32768;

    /// <summary>Gets after how many finite steps in a row the scale doubles: 1 or more; 2000 by default.</summary>
    public int DynamicGrowthSteps { get; init; } = 2000;
}
