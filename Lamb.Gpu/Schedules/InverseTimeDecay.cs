using Lamb.Gpu.Arguments;

namespace Lamb.Gpu;

/// <summary>Divides the learning rate by a number that grows evenly with the steps.</summary>
/// <remarks>
/// keras.optimizers.schedules.InverseTimeDecay; s is the iteration:
/// <code>
/// η = InitialLearningRate / (1 + DecayRate · s / DecaySteps)        s / DecaySteps rounded down if Staircase
/// </code>
/// </remarks>
public sealed class InverseTimeDecay : LearningRateSchedule
{
    /// <summary>Takes the arguments of Keras.</summary>
    /// <param name="initialLearningRate">The rate at step 0: any finite number.</param>
    /// <param name="decaySteps">Over how many steps the divisor grows by the decay rate: greater than 0.</param>
    /// <param name="decayRate">
    /// What the divisor grows by: any finite number; below 0 there may be a step without a rate.
    /// </param>
    /// <param name="staircase">Whether the rate falls only once in <paramref name="decaySteps"/> steps.</param>
    /// <param name="name">A name without '/', kept for Keras.</param>
    /// <exception cref="ArgumentException">
    /// An argument breaks its rule (all that do are named), or the name is null.
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

    /// <summary>Gets over how many steps the divisor grows by <see cref="DecayRate"/>.</summary>
    public double DecaySteps { get; }

    /// <summary>Gets what the divisor grows by.</summary>
    public double DecayRate { get; }

    /// <summary>Gets whether the rate falls only once in <see cref="DecaySteps"/> steps.</summary>
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
