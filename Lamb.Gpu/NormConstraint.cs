using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Launch;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu;

/// <summary>Scales slices of a variable by their norms: what the built-in constraints on norms have in
/// common.</summary>
/// <remarks>
/// A norm is taken over <see cref="Axis"/>, one for each index of the other axes. Axis 0 of a dense kernel
/// [inputs, outputs] gives each output a norm; the axes 0, 1 and 2 of a convolution kernel
/// [rows, columns, inputs, outputs] give each filter one. Where a norm is NaN, its slice becomes NaN. Squares overflow
/// in float32, as in Keras: from 1.8e19 (2⁶⁴) on a norm is infinite, and its slice becomes 0 (NaN where a rate draws it
/// by a part of the way). One that is too small for its squares is less than 1e-7 by far, which is added to it. One
/// launch a variable, in which a slice is the work of one group; 12 bytes an element. Sums are added in a fixed order:
/// two runs on the same machine give the same bits.
/// </remarks>
public abstract class NormConstraint : LambConstraint
{
    // Weak: an entry goes with its variable.
    private readonly ConditionalWeakTable<LambVariable, StrongBox<SliceLayout>> layouts = [];

    private protected NormConstraint(IReadOnlyList<int> axis)
    {
        Axis = Listing.Copy(axis) is [_, ..] given ? given.AsReadOnly() : [0];
    }

    /// <summary>Gets the axes that a norm is taken over; negative ones count from the last.</summary>
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
