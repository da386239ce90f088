using Lamb.Gpu.Arguments;

namespace Lamb.Gpu;

/// <summary>Lowers the learning rate along half a cosine wave, after an optional linear warmup.</summary>
/// <remarks>
/// keras.optimizers.schedules.CosineDecay (Loshchilov and Hutter 2017, arXiv:1608.03983; the warmup is that of
/// Goyal et al. 2017, arXiv:1706.02677); s is the iteration:
/// <code>
/// η = InitialLearningRate + (WarmupTarget − InitialLearningRate) · s / WarmupSteps        while s &lt; WarmupSteps
/// η = peak · ((1 − Alpha) · (1 + cos(π · p)) / 2 + Alpha)                                  after that
/// p = min(s − WarmupSteps, DecaySteps) / DecaySteps
/// </code>
/// The peak is WarmupTarget. If it is null, there is no warmup, as if WarmupSteps were 0, and the peak is
/// InitialLearningRate. WarmupSteps without a target is allowed, because Keras's configurations contain it.
/// </remarks>
public sealed class CosineDecay : LearningRateSchedule
{
    /// <summary>Creates one from Keras's arguments.</summary>
    /// <param name="initialLearningRate">The rate at step 0: any finite number.</param>
    /// <param name="decaySteps">How many steps the descent takes: greater than 0.</param>
    /// <param name="alpha">The rate after the descent, as a fraction of the peak: any finite number.</param>
    /// <param name="name">A name without '/', kept for Keras.</param>
    /// <param name="warmupTarget">The rate at the end of the warmup: any finite number, or null for no warmup.</param>
    /// <param name="warmupSteps">How many steps the warmup takes: 0 or more; not used without a target.</param>
    /// <exception cref="ArgumentException">
    /// An argument is invalid (the message lists all that are), or the name is null.
    /// </exception>
    public CosineDecay(
        double initialLearningRate,
        double decaySteps,
        double alpha = 0,
        string name = "CosineDecay",
        double? warmupTarget = null,
        double warmupSteps = 0)
    {
        InitialLearningRate = initialLearningRate;
        DecaySteps = decaySteps;
        Alpha = alpha;
        Name = name;
        WarmupTarget = warmupTarget;
        WarmupSteps = warmupSteps;
        new ArgumentRules()
            .Finite(InitialLearningRate).Positive(DecaySteps).Finite(Alpha)
            .Finite(WarmupTarget ?? 0, nameof(WarmupTarget)).NotNegative(WarmupSteps).Throw(name);
    }

    /// <summary>Gets the rate at step 0.</summary>
    public double InitialLearningRate { get; }

    /// <summary>Gets how many steps the descent takes.</summary>
    public double DecaySteps { get; }

    /// <summary>Gets the rate after the descent, as a fraction of the peak.</summary>
    public double Alpha { get; }

    /// <summary>Gets the name, kept for Keras.</summary>
    public string Name { get; }

    /// <summary>Gets the rate at the end of the warmup, or null for no warmup.</summary>
    public double? WarmupTarget { get; }

    /// <summary>Gets how many steps the warmup takes; not used if <see cref="WarmupTarget"/> is null.</summary>
    public double WarmupSteps { get; }

    /// <inheritdoc/>
    public override double RateAt(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        if (WarmupTarget is not { } target)
        {
            return Descend(InitialLearningRate, iteration);
        }

        return iteration < WarmupSteps
            ? ((target - InitialLearningRate) * (iteration / WarmupSteps)) + InitialLearningRate
            : Descend(target, iteration - WarmupSteps);
    }

    internal override (string Key, object? Value)[] Config() =>
    [
        ("initial_learning_rate", InitialLearningRate),
        ("decay_steps", Steps(DecaySteps)),
        ("alpha", Alpha),
        ("name", Name),
        ("warmup_target", WarmupTarget),
        ("warmup_steps", Steps(WarmupSteps)),
    ];

    private double Descend(double peak, double steps)
    {
        double cosine = 0.5 * (1 + Math.Cos(Math.PI * (Math.Min(steps, DecaySteps) / DecaySteps)));
        return peak * (((1 - Alpha) * cosine) + Alpha);
    }
}
