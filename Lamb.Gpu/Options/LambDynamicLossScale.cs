namespace Lamb.Gpu;

/// <summary>Holds the arguments of keras.optimizers.LossScaleOptimizer, with its names and defaults.</summary>
/// <remarks>
/// Gradients are divided by the scale: multiplied by its reciprocal, which is rounded once and exact for powers of two.
/// A step with a non-finite gradient is skipped: no weight and no state changes, and the scale is halved; <see
/// cref="DynamicGrowthSteps"/> finite ones in a row double it. It stays from <see cref="MinScale"/> to <see
/// cref="MaxScale"/>, which Keras does not have: there it goes on to 0, where everything is NaN, or to infinity, where
/// every step is skipped.
/// </remarks>
public sealed record LambDynamicLossScale
{
    /// <summary>The least scale that float32 divides by and multiplies with: 2⁻¹²⁶.</summary>
    internal const double Least = 1.1754943508222875e-38;

    /// <summary>The greatest one: its reciprocal is the least.</summary>
    internal const double Greatest = 1 / Least;

    /// <summary>Gets the name of the optimizer in Keras's configuration.</summary>
    public string Name { get; init; } = "loss_scale_optimizer";

    /// <summary>Gets the scale at first: from <see cref="MinScale"/> to <see cref="MaxScale"/>; 32768 by
    /// default.</summary>
    public double InitialScale { get; init; } = 32768;

    /// <summary>Gets after how many finite steps in a row the scale doubles: 1 or more; 2000 by default.</summary>
    public int DynamicGrowthSteps { get; init; } = 2000;

    /// <summary>Gets the scale below which it is not halved: from 2⁻¹²⁶, the default, to <see cref="MaxScale"/>. Not an
    /// argument of Keras.</summary>
    /// <remarks>A scale that would fall below it becomes it; steps are skipped as ever, and
    /// <see cref="LambOptimizer.SkippedInARow"/> tells how many.</remarks>
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
/// <param name="Scale">What the loss is to be multiplied by before its gradients are computed.</param>
/// <param name="FiniteSteps">Finite steps in a row since the scale has changed; 0 where it does not adapt.</param>
public readonly record struct LambLossScale(float Scale, int FiniteSteps);
