namespace Lamb.Gpu;

/// <summary>Holds the arguments of keras.optimizers.LossScaleOptimizer, with its names and defaults.</summary>
/// <remarks>
/// Gradients are divided by the scale: they are multiplied by its reciprocal, which is rounded once and is exact
/// for powers of two. A step with a non-finite gradient is skipped: no weight and no state changes, and the scale
/// is halved. <see cref="DynamicGrowthSteps"/> consecutive finite steps double it. It stays between
/// <see cref="MinScale"/> and <see cref="MaxScale"/>. Keras has no limits: there it can reach 0, where everything
/// is NaN, or infinity, where every step is skipped.
/// </remarks>
public sealed record LambDynamicLossScale
{
    /// <summary>The least scale that float32 divides by and multiplies with: 2⁻¹²⁶.</summary>
    internal const double Least = 1.1754943508222875e-38;

    /// <summary>The greatest one: its reciprocal is the least.</summary>
    internal const double Greatest = 1 / Least;

    /// <summary>Gets the name of the optimizer in Keras's configuration.</summary>
    public string Name { get; init; } = "loss_scale_optimizer";

    /// <summary>Gets the initial scale: from <see cref="MinScale"/> to <see cref="MaxScale"/>; 32768 by
    /// default.</summary>
    public double InitialScale { get; init; } = 32768;

    /// <summary>Gets the number of consecutive finite steps after which the scale doubles: 1 or more; 2000 by
    /// default.</summary>
    public int DynamicGrowthSteps { get; init; } = 2000;

    /// <summary>Gets the scale below which it is not halved: from 2⁻¹²⁶, the default, to <see cref="MaxScale"/>. Not an
    /// argument of Keras.</summary>
    /// <remarks>A scale that would fall below the limit is set to it. Steps are still skipped, and
    /// <see cref="LambOptimizer.SkippedInARow"/> counts them.</remarks>
    public double MinScale { get; init; } = Least;

    /// <summary>Gets the scale above which it is not doubled: from <see cref="MinScale"/> to 2¹²⁶, the default. Not an
    /// argument of Keras.</summary>
    public double MaxScale { get; init; } = Greatest;

    /// <summary>Tells whether the scale may be this, once rounded to float32.</summary>
    internal bool Allows(double scale) => (float)scale >= (float)MinScale && (float)scale <= (float)MaxScale;

    /// <summary>Says what the scale must be.</summary>
    internal string Allowed =>
        FormattableString.Invariant($"be from MinScale to MaxScale, {MinScale} to {MaxScale}");
}

/// <summary>Reports the loss scale.</summary>
/// <param name="Scale">The factor to multiply the loss by before its gradients are computed.</param>
/// <param name="FiniteSteps">The number of consecutive finite steps since the scale changed; 0 if it is not
/// dynamic.</param>
public readonly record struct LambLossScale(float Scale, int FiniteSteps);
