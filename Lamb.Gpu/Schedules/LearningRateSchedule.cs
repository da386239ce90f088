using Lamb.Gpu.Arguments;

namespace Lamb.Gpu;

/// <summary>Computes the learning rate η from the number of iterations; derive your own schedules from
/// it.</summary>
/// <remarks>
/// The built-in schedules are those of keras.optimizers.schedules, with the same arguments and defaults, computed in
/// double: two calls with the same argument give the same bits. Keras computes in the type of the initial rate: float32
/// for a Python float, int32 for a Python int, so that its CosineDecay(0, …) gives 0 forever. Here a rate is always a
/// double.
/// </remarks>
public abstract class LearningRateSchedule
{
    /// <summary>Computes the learning rate of a step.</summary>
    /// <param name="iteration">
    /// The number of gradients before this one: 0 or more. With accumulation, every micro-step counts.
    /// </param>
    /// <returns>The rate; the optimizer accepts any finite number.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="iteration"/> is negative.</exception>
    public abstract double RateAt(long iteration);

    /// <summary>Tells whether the other object is this one, or a built-in schedule of the same type with equal
    /// arguments.</summary>
    /// <param name="obj">The object to compare with.</param>
    /// <returns>Whether the two are equal.</returns>
    public override bool Equals(object? obj) =>
        ReferenceEquals(this, obj)
        || (obj is LearningRateSchedule other && other.GetType() == GetType()
            && Config() is [_, ..] config && ArgumentEquality.AreEqual(config, other.Config()));

    /// <summary>Returns a hash of the arguments, or of the object if the schedule is not built in.</summary>
    /// <returns>The hash.</returns>
    public override int GetHashCode() =>
        Config() is [_, ..] config ? ArgumentEquality.HashOf(config) : base.GetHashCode();

    /// <summary>Returns the type and the arguments, such as <c>CosineDecay(initial_learning_rate=0.1, …)</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        Config() is [_, ..] config ? ArgumentEquality.Describe(GetType(), config) : GetType().Name;

    /// <summary>Lists the arguments by the names and in the order of Keras; none unless it is built in.</summary>
    /// <remarks>A value is a double, a long, a bool, a string, an array of these, or null.</remarks>
    internal virtual (string Key, object? Value)[] Config() => [];

    /// <summary>Makes a count of steps a long where it is whole: Keras writes 1000, not 1000.0.</summary>
    /// <remarks>No long has the bits of −0, nor those of a double of 2⁵³ or more.</remarks>
    private protected static object Steps(double count)
    {
        bool isMinusZero = count == 0 && double.IsNegative(count);
        return Math.Abs(count) < 1L << 53 && double.IsInteger(count) && !isMinusZero ? (object)(long)count : count;
    }
}
