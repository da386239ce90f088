using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Constraints;
using Lamb.Gpu.Memory;

namespace Lamb.Gpu;

/// <summary>Replaces negative weights by zero.</summary>
/// <remarks>
/// keras.constraints.NonNeg, for every element:
/// <code>
/// w ← max(w, 0)
/// </code>
/// NaN stays NaN. Takes one launch per variable; reads the weights and writes those that change.
/// </remarks>
public sealed class NonNegativeConstraint : LambConstraint
{
    /// <inheritdoc/>
    public override void Apply(AcceleratorStream stream, LambVariable variable)
    {
        if (HasWeights(stream, variable, out ArrayView<float> weights))
        {
            ConstraintLauncher.For(stream.Accelerator).ConstrainToNonNegative(stream, weights);
        }
    }

    /// <inheritdoc/>
    protected internal override void Prepare(LambVariable variable)
    {
        if (HasWeights(variable, out ArrayView<float> weights))
        {
            ConstraintLauncher.For(weights.BufferOf().Accelerator);
        }
    }

    internal override (string Key, object? Value)[] Config() => [];
}
