using Lamb.Gpu.Arguments;

namespace Lamb.Gpu;

/// <summary>Multiplies the learning rate by the same factor over every <see cref="DecaySteps"/> steps.</summary>
/// <remarks>
/// keras.optimizers.schedules.ExponentialDecay; s is the iteration:
/// <code>
/// η = InitialLearningRate · DecayRate^(s / DecaySteps)        the exponent rounded down if Staircase
/// </code>
/// </remarks>
public sealed class ExponentialDecay : LearningRateSchedule
{
    /// <summary>Creates one from Keras's arguments.</summary>
    /// <param name="initialLearningRate">The rate at step 0: any finite number.</param>
    /// <param name="decaySteps">After how many steps the rate is multiplied by the decay rate: greater than 0.</param>
    /// <param name="decayRate">The factor: any finite number. A negative one gives no finite rate between whole
    /// periods.</param>
    /// <param name="staircase">Whether the rate changes only once every <paramref name="decaySteps"/> steps.</param>
    /// <param name="name">A name without '/', kept for Keras.</param>
    /// <exception cref="ArgumentException">
    /// An argument is invalid (the message lists all that are), or the name is null.
    /// </exception>
    public ExponentialDecay(
        double initialLearningRate,
        double decaySteps,
        double decayRate,
        bool staircase = false,
        string name = "ExponentialDecay")
    {
        InitialLearningRate = initialLearningRate;
        DecaySteps = decaySteps;
        DecayRate = decayRate;
        Staircase = staircase;
        Name = name;
        new ArgumentRules().Finite(InitialLearningRate).Positive(DecaySteps).Finite(DecayRate).Throw(name);
    }

    /// <summary>Gets the rate at step 0.</summary>
    public double InitialLearningRate { get; }

    /// <summary>Gets after how many steps the rate is multiplied by <see cref="DecayRate"/>.</summary>
    public double DecaySteps { get; }

    /// <summary>Gets the factor.</summary>
    public double DecayRate { get; }

    /// <summary>Gets whether the rate changes only once every <see cref="DecaySteps"/> steps.</summary>
    public bool Staircase { get; }

    /// <summary>Gets the name, kept for Keras.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override double RateAt(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        double periods = iteration / DecaySteps;
        return InitialLearningRate * Math.Pow(DecayRate, Staircase ? Math.Floor(periods) : periods);
    }

    internal override (string Key, object? Value)[] Config() =>
    [
        ("initial_learning_rate", InitialLearningRate),
        ("decay_steps", Steps(DecaySteps)),
        ("decay_rate", DecayRate),
        ("staircase", Staircase),
        ("name", Name),
    ];
}
