using Lamb.Gpu.Kernels;

namespace Lamb.Gpu;

/// <summary>Scales weights to a norm of 1.</summary>
/// <remarks>
/// keras.constraints.UnitNorm; n is the norm over <see cref="NormConstraint.Axis"/>:
/// <code>
/// w ← w / (n + 1e-7)
/// </code>
/// Weights that are all zero stay zero.
/// </remarks>
public sealed class UnitNormConstraint : NormConstraint
{
    /// <summary>Takes the arguments of Keras.</summary>
    /// <param name="axis">The axes that a norm is taken over; negative ones count from the last; 0 by default.</param>
    /// <exception cref="ArgumentNullException">The axes are null.</exception>
    public UnitNormConstraint(params IReadOnlyList<int> axis)
        : base(axis)
    {
    }

    private protected override NormLimits Limits => NormLimits.Strict(1, 1);

    internal override (string Key, object? Value)[] Config() => [("axis", Axis.ToArray())];
}
