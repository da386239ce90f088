using System.Globalization;

namespace Lamb.Gpu;

/// <summary>Holds the source of β₁ or β₂: a number, or a function that is called once per step.</summary>
/// <remarks>
/// Both convert implicitly, except a lambda, which C# must convert to a delegate first: <c>LambBeta.FromFunc(() =>
/// beta)</c>. Keras documents a callable but fails on it; here it works. With a dynamic loss scale, the value of a
/// call whose step is skipped is used by the next step.
/// </remarks>
public readonly struct LambBeta : IEquatable<LambBeta>
{
    private readonly double number;
    private readonly Func<double>? callable;

    private LambBeta(double number, Func<double>? callable)
    {
        this.number = number;
        this.callable = callable;
    }

    /// <summary>Gets the number, or null if a function is called.</summary>
    public double? Number => callable == null ? number : null;

    /// <summary>Takes a number.</summary>
    /// <param name="number">A number in [0, 1), which the optimizer checks.</param>
    public static implicit operator LambBeta(double number) => FromDouble(number);

    /// <summary>Takes a function.</summary>
    /// <param name="callable">The function that is called for the value of every step.</param>
    /// <exception cref="ArgumentNullException">The function is null.</exception>
    public static implicit operator LambBeta(Func<double> callable) => FromFunc(callable);

    /// <summary>Takes a number.</summary>
    /// <param name="number">A number in [0, 1), which the optimizer checks.</param>
    /// <returns>The beta.</returns>
    public static LambBeta FromDouble(double number) => new(number, null);

    /// <summary>Takes a function.</summary>
    /// <param name="callable">The function that is called for the value of every step.</param>
    /// <returns>The beta.</returns>
    /// <exception cref="ArgumentNullException">The function is null.</exception>
    public static LambBeta FromFunc(Func<double> callable)
    {
        ArgumentNullException.ThrowIfNull(callable);
        return new(0, callable);
    }

    /// <summary>Tells whether two values come from equal numbers or the same function.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether the two are equal.</returns>
    public static bool operator ==(LambBeta left, LambBeta right) => left.Equals(right);

    /// <summary>Tells whether two values come from different numbers or functions.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether the two differ.</returns>
    public static bool operator !=(LambBeta left, LambBeta right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(LambBeta other) => number.Equals(other.number) && Equals(callable, other.callable);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LambBeta other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(number, callable);

    /// <summary>Returns the number, or <c>callable</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Number?.ToString(CultureInfo.InvariantCulture) ?? "callable";

    /// <summary>Tells whether a value is one that a beta may have.</summary>
    internal static bool IsValid(double value) => value is >= 0 and < 1;

    /// <summary>Computes the value of a step.</summary>
    /// <exception cref="InvalidOperationException">A function returned what no beta may be.</exception>
    internal double Now()
    {
        double value = callable == null ? number : callable();
        return IsValid(value)
            ? value
            : throw new InvalidOperationException(
                $"A beta must be in [0, 1); its function gave {value.ToString(CultureInfo.InvariantCulture)}. Correct "
                + "the function.");
    }
}
