using Lamb.Gpu.Kernels;

namespace Lamb.Gpu;

/// <summary>Shrinks weights whose norm is too large.</summary>
/// <remarks>
/// keras.constraints.MaxNorm; n is the norm over <see cref="NormConstraint.Axis"/>:
/// <code>
/// w ← w · clip(n, 0, MaxValue) / (n + 1e-7)
/// </code>
/// </remarks>
public sealed class MaxNormConstraint : NormConstraint
{
    /// <summary>Takes the arguments of Keras.</summary>
    /// <param name="maxValue">The largest norm: finite, 0 or more.</param>
    /// <param name="axis">The axes that a norm is taken over; negative ones count from the last; 0 by default.</param>
    /// <exception cref="ArgumentException">The maximum breaks its rule, or the axes are null.</exception>
    public MaxNormConstraint(double maxValue = 2, params IReadOnlyList<int> axis)
        : base(axis)
    {
        MaxValue = maxValue;
        new ArgumentRules().NotNegative(MaxValue).Throw();
    }

    /// <summary>Gets the largest norm.</summary>
    public double MaxValue { get; }

    private protected override NormLimits Limits => NormLimits.Strict(0, MaxValue);

    internal override (string Key, object? Value)[] Config() =>
        [("max_value", MaxValue), ("axis", Axis.ToArray())];
}
