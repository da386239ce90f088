using System.Globalization;
using Lamb.Gpu.Kernels;

namespace Lamb.Gpu;

/// <summary>Draws the norm of weights into an interval.</summary>
/// <remarks>
/// keras.constraints.MinMaxNorm; n is the norm over <see cref="NormConstraint.Axis"/>:
/// <code>
/// w ← w · (Rate·clip(n, MinValue, MaxValue) + (1 − Rate)·n) / (n + 1e-7)
/// </code>
/// Weights that are all zero stay zero.
/// </remarks>
public sealed class MinMaxNormConstraint : NormConstraint
{
    /// <summary>Takes the arguments of Keras.</summary>
    /// <param name="minValue">The smallest norm: finite, 0 or more.</param>
    /// <param name="maxValue">The largest norm: finite, not below the smallest.</param>
    /// <param name="rate">How much of the way into the interval a step goes: in [0, 1].</param>
    /// <param name="axis">The axes that a norm is taken over; negative ones count from the last; 0 by default.</param>
    /// <exception cref="ArgumentException">
    /// An argument breaks its rule (all that do are named), or the axes are null.
    /// </exception>
    public MinMaxNormConstraint(
        double minValue = 0, double maxValue = 1, double rate = 1, params IReadOnlyList<int> axis)
        : base(axis)
    {
        MinValue = minValue;
        MaxValue = maxValue;
        Rate = rate;
        new ArgumentRules()
            .NotNegative(MinValue)
            .NotNegative(MaxValue)
            .Require(
                !(MaxValue < MinValue),
                nameof(MaxValue),
                $"not be below MinValue {MinValue.ToString(CultureInfo.InvariantCulture)}",
                MaxValue)
            .Require(Rate is >= 0 and <= 1, nameof(Rate), "be in [0, 1]", Rate)
            .Throw();
    }

    /// <summary>Gets the smallest norm.</summary>
    public double MinValue { get; }

    /// <summary>Gets the largest norm.</summary>
    public double MaxValue { get; }

    /// <summary>Gets how much of the way into the interval a step goes.</summary>
    public double Rate { get; }

    private protected override NormLimits Limits => NormLimits.Partial(MinValue, MaxValue, Rate);

    internal override (string Key, object? Value)[] Config() =>
    [
        ("min_value", MinValue),
        ("max_value", MaxValue),
        ("rate", Rate),
        ("axis", Axis.ToArray()),
    ];
}
