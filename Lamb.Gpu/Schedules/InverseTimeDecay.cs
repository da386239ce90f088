using Lamb.Gpu.Arguments;

namespace Lamb.Gpu;

/// <summary>Divides the learning rate by a number that grows linearly with the steps.</summary>
/// <remarks>
/// keras.optimizers.schedules.InverseTimeDecay; s is the iteration:
/// <code>
/// η = InitialLearningRate / (1 + DecayRate · s / DecaySteps)        s / DecaySteps rounded down if Staircase
/// </code>
/// </remarks>
public sealed class InverseTimeDecay : LearningRateSchedule
{
    /// <summary>Creates one from Keras's arguments.</summary>
    /// <param name="initialLearningRate">The rate at step 0: any finite number.</param>
    /// <param name="decaySteps">The number of steps over which the divisor grows by the decay rate: greater than
    /// 0.</param>
    /// <param name="decayRate">
    /// The growth of the divisor: any finite number. With a negative one, there may be a step without a finite rate.
    /// </param>
    /// <param name="staircase">Whether the rate changes only once every <paramref name="decaySteps"/> steps.</param>
    /// <param name="name">A name without '/', kept for Keras.</param>
    /// <exception cref="ArgumentException">
    /// An argument is invalid (the message lists all that are), or the name is null.
    /// </exception>
    public InverseTimeDecay(
        double initialLearningRate,
        double decaySteps,
        double decayRate,
        bool staircase = false,
        string name = "InverseTimeDecay")
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

    /// <summary>Gets the number of steps over which the divisor grows by <see cref="DecayRate"/>.</summary>
    public double DecaySteps { get; }

    /// <summary>Gets the growth of the divisor.</summary>
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
        return InitialLearningRate / (1 + (DecayRate * (Staircase ? Math.Floor(periods) : periods)));
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
