using ILGPU.Runtime;
using Lamb.Gpu.Launch;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu;

/// <summary>Replaces negative weights by zero.</summary>
/// <remarks>
/// keras.constraints.NonNeg, for every element:
/// <code>
/// w ← max(w, 0)
/// </code>
/// NaN stays NaN. One launch a variable; reads the weights, writes those that change.
/// </remarks>
public sealed class NonNegativeConstraint : LambConstraint
{
    /// <inheritdoc/>
    public override void Apply(AcceleratorStream stream, LambVariable variable)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(variable);
        if (variable.Length > 0)
        {
            ConstraintLauncher.For(stream.Accelerator).ConstrainToNonNegative(stream, variable.Weights);
        }
    }

    /// <inheritdoc/>
    protected internal override void Prepare(LambVariable variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        if (variable.Length > 0)
        {
            ConstraintLauncher.For(variable.Weights.BufferOf().Accelerator);
        }
    }

    internal override (string Key, object? Value)[] Config() => [];
}
