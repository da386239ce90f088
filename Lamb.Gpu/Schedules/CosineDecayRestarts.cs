using Lamb.Gpu.Arguments;

namespace Lamb.Gpu;

/// <summary>Lowers the learning rate along half a cosine wave, with restarts.</summary>
/// <remarks>
/// keras.optimizers.schedules.CosineDecayRestarts (Loshchilov and Hutter 2017, arXiv:1608.03983); s is the iteration:
/// <code>
/// η = InitialLearningRate · ((1 − Alpha) · MMulⁱ · (1 + cos(π · p)) / 2 + Alpha)
/// i = how many periods have ended; period k is FirstDecaySteps · TMulᵏ steps long
/// p = the part of the period i that has passed, in [0, 1)
/// </code>
/// With TMul below 1, all periods together take FirstDecaySteps / (1 − TMul) steps. After that the rate is NaN, as
/// in Keras, and the optimizer refuses it.
/// </remarks>
public sealed class CosineDecayRestarts : LearningRateSchedule
{
    /// <summary>Creates one from Keras's arguments.</summary>
    /// <param name="initialLearningRate">The rate at step 0: any finite number.</param>
    /// <param name="firstDecaySteps">How many steps the first period takes: greater than 0.</param>
    /// <param name="tMul">How much longer each period is than the one before: greater than 0.</param>
    /// <param name="mMul">How much higher each period starts than the one before: any finite number.</param>
    /// <param name="alpha">The rate at the end of a period, as a fraction of the initial rate: any finite
    /// number.</param>
    /// <param name="name">A name without '/', kept for Keras.</param>
    /// <exception cref="ArgumentException">
    /// An argument is invalid (the message lists all that are), or the name is null.
    /// </exception>
    public CosineDecayRestarts(
        double initialLearningRate,
        double firstDecaySteps,
        double tMul = 2,
        double mMul = 1,
        double alpha = 0,
        string name = "SGDRDecay")
    {
        InitialLearningRate = initialLearningRate;
        FirstDecaySteps = firstDecaySteps;
        TMul = tMul;
        MMul = mMul;
        Alpha = alpha;
        Name = name;
        new ArgumentRules()
            .Finite(InitialLearningRate).Positive(FirstDecaySteps).Positive(TMul).Finite(MMul).Finite(Alpha)
            .Throw(name);
    }

    /// <summary>Gets the rate at step 0.</summary>
    public double InitialLearningRate { get; }

    /// <summary>Gets how many steps the first period takes.</summary>
    public double FirstDecaySteps { get; }

    /// <summary>Gets how much longer each period is than the one before.</summary>
    public double TMul { get; }

    /// <summary>Gets how much higher each period starts than the one before.</summary>
    public double MMul { get; }

    /// <summary>Gets the rate at the end of a period, as a fraction of <see cref="InitialLearningRate"/>.</summary>
    public double Alpha { get; }

    /// <summary>Gets the name, kept for Keras.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override double RateAt(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        double passed = iteration / FirstDecaySteps;
        double ended = TMul == 1 ? Math.Floor(passed) : EndedPeriods(passed);
        double fraction = TMul == 1 ? passed - ended : (passed - LengthOf(ended)) / Math.Pow(TMul, ended);
        double cosine = 0.5 * Math.Pow(MMul, ended) * (1 + Math.Cos(Math.PI * fraction));
        return InitialLearningRate * (((1 - Alpha) * cosine) + Alpha);
    }

    internal override (string Key, object? Value)[] Config() =>
    [
        ("initial_learning_rate", InitialLearningRate),
        ("first_decay_steps", Steps(FirstDecaySteps)),
        ("t_mul", TMul),
        ("m_mul", MMul),
        ("alpha", Alpha),
        ("name", Name),
    ];

    private double EndedPeriods(double passed)
    {
        double ended = Math.Floor(Math.Log(1 - (passed * (1 - TMul))) / Math.Log(TMul));

        // At a restart the logarithms can fall short: log 243 / log 3 is 4.999999999999999, though 5 in float32.
        return LengthOf(ended + 1) <= passed ? ended + 1 : ended;
    }

    /// <summary>Sums the first periods, in units of the first one.</summary>
    private double LengthOf(double periods) => (1 - Math.Pow(TMul, periods)) / (1 - TMul);
}
