using System.Globalization;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Arguments;
using Lamb.Gpu.Constraints;
using Lamb.Gpu.Memory;

namespace Lamb.Gpu;

/// <summary>Scales slices of a variable by their norms; the base of the built-in norm constraints.</summary>
/// <remarks>
/// A norm is taken over <see cref="Axis"/>, one for each index of the other axes. Axis 0 of a dense kernel [inputs,
/// outputs] gives each output a norm; the axes 0, 1 and 2 of a convolution kernel [rows, columns, inputs, outputs]
/// give each filter one. If a norm is NaN, its slice becomes NaN. Squares overflow in float32, as in Keras: from
/// 1.8e19 (2⁶⁴) on a norm is infinite, and its slice becomes 0 (NaN if the rate is less than 1). Norms whose
/// squares underflow do not matter, because they are far smaller than the 1e-7 that is added. Takes one launch per
/// variable, in which one group processes a slice; 12 bytes per element. Sums are added in a fixed order: two runs
/// on the same machine give the same bits.
/// </remarks>
public abstract class NormConstraint : LambConstraint
{
    // Weak: an entry goes with its variable.
    private readonly ConditionalWeakTable<LambVariable, StrongBox<SliceLayout>> layouts = [];

    private protected NormConstraint(IReadOnlyList<int> axis)
    {
        Axis = Listing.Copy(axis) is [_, ..] given ? given.AsReadOnly() : [0];
    }

    /// <summary>Gets the axes that a norm is taken over; negative ones count from the end.</summary>
    public IReadOnlyList<int> Axis { get; }

    private protected abstract NormLimits Limits { get; }

    /// <inheritdoc/>
    public override void Apply(AcceleratorStream stream, LambVariable variable)
    {
        bool hasWeights = HasWeights(stream, variable, out ArrayView<float> weights);
        SliceLayout layout = layouts.GetOrAdd(variable, Cut, Axis).Value;
        if (hasWeights)
        {
            ConstraintLauncher.For(stream.Accelerator).ConstrainNorms(stream, weights, layout, Limits);
        }
    }

    /// <inheritdoc/>
    protected internal override void Prepare(LambVariable variable)
    {
        bool hasWeights = HasWeights(variable, out ArrayView<float> weights);
        layouts.GetOrAdd(variable, Cut, Axis);
        if (hasWeights)
        {
            ConstraintLauncher.For(weights.BufferOf().Accelerator);
        }
    }

    private static StrongBox<SliceLayout> Cut(LambVariable variable, IReadOnlyList<int> axis)
    {
        AxisChecks.Throw(variable, axis);
        return new StrongBox<SliceLayout>(variable.Length > 0 ? SliceLayout.Of(variable, axis) : default);
    }
}

/// <summary>Shrinks weights whose norm is too large.</summary>
/// <remarks>
/// keras.constraints.MaxNorm; n is the norm over <see cref="NormConstraint.Axis"/>:
/// <code>
/// w ← w · clip(n, 0, MaxValue) / (n + 1e-7)
/// </code>
/// </remarks>
public sealed class MaxNormConstraint : NormConstraint
{
    /// <summary>Creates one from Keras's arguments.</summary>
    /// <param name="maxValue">The largest norm: finite, 0 or more.</param>
    /// <param name="axis">The axes that a norm is taken over; negative ones count from the end; 0 by default.</param>
    /// <exception cref="ArgumentException">The maximum is invalid, or the axes are null.</exception>
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

/// <summary>Moves the norm of the weights into an interval.</summary>
/// <remarks>
/// keras.constraints.MinMaxNorm; n is the norm over <see cref="NormConstraint.Axis"/>:
/// <code>
/// w ← w · (Rate·clip(n, MinValue, MaxValue) + (1 − Rate)·n) / (n + 1e-7)
/// </code>
/// Weights that are all zero stay zero.
/// </remarks>
public sealed class MinMaxNormConstraint : NormConstraint
{
    /// <summary>Creates one from Keras's arguments.</summary>
    /// <param name="minValue">The smallest norm: finite, 0 or more.</param>
    /// <param name="maxValue">The largest norm: finite, not below the smallest.</param>
    /// <param name="rate">The fraction of the way into the interval that a step moves: in [0, 1].</param>
    /// <param name="axis">The axes that a norm is taken over; negative ones count from the end; 0 by default.</param>
    /// <exception cref="ArgumentException">
    /// An argument is invalid (the message lists all that are), or the axes are null.
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

    /// <summary>Gets the fraction of the way into the interval that a step moves.</summary>
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
    /// <summary>Creates one from Keras's arguments.</summary>
    /// <param name="axis">The axes that a norm is taken over; negative ones count from the end; 0 by default.</param>
    /// <exception cref="ArgumentNullException">The axes are null.</exception>
    public UnitNormConstraint(params IReadOnlyList<int> axis)
        : base(axis)
    {
    }

    private protected override NormLimits Limits => NormLimits.Strict(1, 1);

    internal override (string Key, object? Value)[] Config() => [("axis", Axis.ToArray())];
}
