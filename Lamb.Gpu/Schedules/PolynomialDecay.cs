using Lamb.Gpu.Arguments;

namespace Lamb.Gpu;

/// <summary>Lowers the learning rate along a polynomial, once or in cycles.</summary>
/// <remarks>
/// keras.optimizers.schedules.PolynomialDecay; s is the iteration:
/// <code>
/// η = (InitialLearningRate − EndLearningRate) · (1 − p)^Power + EndLearningRate
/// p = min(s, DecaySteps) / DecaySteps                                      once
/// p = s / (DecaySteps · max(1, ⌈s / DecaySteps⌉))                          if Cycle
/// </code>
/// With Cycle, each descent takes more steps than the one before and starts lower, as in Keras.
/// </remarks>
public sealed class PolynomialDecay : LearningRateSchedule
{
    /// <summary>Creates one from Keras's arguments.</summary>
    /// <param name="initialLearningRate">The rate at step 0: any finite number.</param>
    /// <param name="decaySteps">How many steps the descent takes: greater than 0.</param>
    /// <param name="endLearningRate">The rate at its end: any finite number.</param>
    /// <param name="power">The exponent: any finite number. With a negative one, there is no finite rate at the
    /// end.</param>
    /// <param name="cycle">Whether the rate rises again after each multiple of <paramref name="decaySteps"/>.</param>
    /// <param name="name">A name without '/', kept for Keras.</param>
    /// <exception cref="ArgumentException">
    /// An argument is invalid (the message lists all that are), or the name is null.
    /// </exception>
    public PolynomialDecay(
        double initialLearningRate,
        double decaySteps,
        double endLearningRate = 0.0001,
        double power = 1,
        bool cycle = false,
        string name = "PolynomialDecay")
    {
        InitialLearningRate = initialLearningRate;
        DecaySteps = decaySteps;
        EndLearningRate = endLearningRate;
        Power = power;
        Cycle = cycle;
        Name = name;
        new ArgumentRules()
            .Finite(InitialLearningRate).Positive(DecaySteps).Finite(EndLearningRate).Finite(Power).Throw(name);
    }

    /// <summary>Gets the rate at step 0.</summary>
    public double InitialLearningRate { get; }

    /// <summary>Gets how many steps the descent takes.</summary>
    public double DecaySteps { get; }

    /// <summary>Gets the rate at the end of the descent.</summary>
    public double EndLearningRate { get; }

    /// <summary>Gets the exponent.</summary>
    public double Power { get; }

    /// <summary>Gets whether the rate rises again after each multiple of <see cref="DecaySteps"/>.</summary>
    public bool Cycle { get; }

    /// <summary>Gets the name, kept for Keras.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override double RateAt(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        double fraction = Cycle
            ? iteration / (DecaySteps * Math.Max(1, Math.Ceiling(iteration / DecaySteps)))
            : Math.Min(iteration, DecaySteps) / DecaySteps;

        // A fractional DecaySteps can round the fraction to just above 1, where a power such as 0.5 has no value.
        double left = Math.Max(0, 1 - fraction);
        return ((InitialLearningRate - EndLearningRate) * Math.Pow(left, Power)) + EndLearningRate;
    }

    internal override (string Key, object? Value)[] Config() =>
    [
        ("initial_learning_rate", InitialLearningRate),
        ("decay_steps", Steps(DecaySteps)),
        ("end_learning_rate", EndLearningRate),
        ("power", Power),
        ("cycle", Cycle),
        ("name", Name),
    ];
}
