using System.Globalization;

namespace Lamb.Gpu;

/// <summary>Holds the source of the learning rate η: a number, a schedule or a function.</summary>
/// <remarks>
/// All three convert implicitly, except a lambda, which C# must convert to a delegate first:
/// <c>LambLearningRate.FromFunc(() => rate)</c>. The default value is the number 0.
/// </remarks>
public readonly struct LambLearningRate : IEquatable<LambLearningRate>
{
    private readonly double number;
    private readonly object? source;

    private LambLearningRate(double number, object? source)
    {
        this.number = number;
        this.source = source;
    }

    /// <summary>Gets the number, or null if the rate is not a number.</summary>
    public double? Number => source == null ? number : null;

    /// <summary>Gets the schedule, or null if the rate does not come from one.</summary>
    public LearningRateSchedule? Schedule => source as LearningRateSchedule;

    /// <summary>Gets whether the rate comes from a function.</summary>
    public bool IsCallable => source is Func<double>;

    /// <summary>Takes a number.</summary>
    /// <param name="number">The rate of every step: any finite number, which the optimizer checks.</param>
    public static implicit operator LambLearningRate(double number) => FromDouble(number);

    /// <summary>Takes a schedule.</summary>
    /// <param name="schedule">The schedule that gives the rate of every step.</param>
    /// <exception cref="ArgumentNullException">The schedule is null.</exception>
    public static implicit operator LambLearningRate(LearningRateSchedule schedule) =>
        FromLearningRateSchedule(schedule);

    /// <summary>Takes a function.</summary>
    /// <param name="callable">The function that is called for the rate of every step.</param>
    /// <exception cref="ArgumentNullException">The function is null.</exception>
    public static implicit operator LambLearningRate(Func<double> callable) => FromFunc(callable);

    /// <summary>Takes a number.</summary>
    /// <param name="number">The rate of every step: any finite number, which the optimizer checks.</param>
    /// <returns>The learning rate.</returns>
    public static LambLearningRate FromDouble(double number) => new(number, null);

    /// <summary>Takes a schedule.</summary>
    /// <param name="schedule">The schedule that gives the rate of every step.</param>
    /// <returns>The learning rate.</returns>
    /// <exception cref="ArgumentNullException">The schedule is null.</exception>
    public static LambLearningRate FromLearningRateSchedule(LearningRateSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return new(0, schedule);
    }

    /// <summary>Takes a function.</summary>
    /// <param name="callable">The function that is called for the rate of every step.</param>
    /// <returns>The learning rate.</returns>
    /// <exception cref="ArgumentNullException">The function is null.</exception>
    public static LambLearningRate FromFunc(Func<double> callable)
    {
        ArgumentNullException.ThrowIfNull(callable);
        return new(0, callable);
    }

    /// <summary>Tells whether two rates are equal.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they come from equal numbers, equal schedules or the same function.</returns>
    public static bool operator ==(LambLearningRate left, LambLearningRate right) => left.Equals(right);

    /// <summary>Tells whether two rates differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they come from different numbers, schedules or functions.</returns>
    public static bool operator !=(LambLearningRate left, LambLearningRate right) => !left.Equals(right);

    /// <summary>Tells whether the other comes from an equal number, an equal schedule or the same function.</summary>
    /// <param name="other">The object to compare with.</param>
    /// <returns>Whether the two are equal.</returns>
    public bool Equals(LambLearningRate other) => number.Equals(other.number) && Equals(source, other.source);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LambLearningRate other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(number, source);

    /// <summary>Returns the number, the schedule with its arguments, or <c>callable</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        IsCallable ? "callable" : source?.ToString() ?? number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Computes the rate of a step; a function is called once.</summary>
    /// <param name="rawIterations">How many gradients have been given before, micro-steps included: 0 or more.</param>
    /// <exception cref="InvalidOperationException">The rate is not finite: it would ruin every weight.</exception>
    internal double At(long rawIterations)
    {
        double rate = source switch
        {
            LearningRateSchedule schedule => schedule.RateAt(rawIterations),
            Func<double> callable => callable(),
            _ => number,
        };
        return float.IsFinite((float)rate)
            ? rate
            : throw new InvalidOperationException(
                $"The learning rate must be finite; {this} gave {rate.ToString(CultureInfo.InvariantCulture)} after "
                + $"{rawIterations} gradients. Correct the schedule or the function.");
    }
}
