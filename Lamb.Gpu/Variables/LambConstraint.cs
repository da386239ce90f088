using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Arguments;

namespace Lamb.Gpu;

/// <summary>Projects the weights of a variable after every step; derive your own constraints from it.</summary>
/// <remarks>
/// The optimizer applies the constraint at the end of each step that changes the variable, after the weights have
/// been updated and averaged, so an average is not constrained. The built-in constraints are those of
/// keras.constraints, with the same arguments and defaults. One constraint may serve several variables and
/// optimizers.
/// </remarks>
public abstract class LambConstraint
{
    /// <summary>Launches the projection of the weights, without waiting for the device or reading from it.</summary>
    /// <param name="stream">The stream to launch on, which is that of the optimizer.</param>
    /// <param name="variable">
    /// The variable, whose weights are read and written in place. If it is empty, nothing must be launched.
    /// </param>
    /// <exception cref="ArgumentException">
    /// An argument is null, the constraint does not fit the variable, or the stream belongs to another accelerator.
    /// </exception>
    /// <exception cref="InvalidOperationException">The weights are 16-bit.</exception>
    /// <exception cref="ObjectDisposedException">The stream, the accelerator or the buffer of the weights has been
    /// disposed.</exception>
    public abstract void Apply(AcceleratorStream stream, LambVariable variable);

    /// <summary>Tells whether the other object is this one, or a built-in constraint of the same type with equal
    /// arguments.</summary>
    /// <param name="obj">The object to compare with.</param>
    /// <returns>Whether the two are equal.</returns>
    public override bool Equals(object? obj) =>
        ReferenceEquals(this, obj)
        || (obj is LambConstraint other && other.GetType() == GetType()
            && Config() is { } config && ArgumentEquality.AreEqual(config, other.Config()!));

    /// <summary>Returns a hash of the arguments, or of the object if the constraint is not built in.</summary>
    /// <returns>The hash.</returns>
    public override int GetHashCode() => Config() is { } config
        ? HashCode.Combine(GetType(), ArgumentEquality.HashOf(config))
        : base.GetHashCode();

    /// <summary>Returns the type and the arguments, such as <c>MaxNormConstraint(max_value=2, axis=[0])</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        Config() is { } config ? ArgumentEquality.Describe(GetType(), config) : GetType().Name;

    /// <summary>Checks that the constraint fits a variable, and compiles its kernels; does nothing unless
    /// overridden.</summary>
    /// <remarks>
    /// Called once for each variable when an optimizer is created. Load your kernels here, once per accelerator; the
    /// accelerator is that of the variable's weights.
    /// </remarks>
    /// <param name="variable">The variable that the constraint will be applied to.</param>
    /// <exception cref="ArgumentException">The variable is null, or the constraint does not fit it; the optimizer is
    /// not created.</exception>
    /// <exception cref="InvalidOperationException">The weights are 16-bit.</exception>
    /// <exception cref="ObjectDisposedException">The buffer of the weights has been disposed.</exception>
    protected internal virtual void Prepare(LambVariable variable)
    {
    }

    /// <summary>The weights to launch on, where there are some and all that a launch needs is there.</summary>
    private protected static bool HasWeights(
        AcceleratorStream stream, LambVariable variable, out ArrayView<float> weights)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ObjectDisposedException.ThrowIf(stream.IsDisposed, stream);
        return HasWeights(variable, out weights) && LiesOn(stream, variable);
    }

    /// <summary>The weights to prepare for, where there are some.</summary>
    private protected static bool HasWeights(LambVariable variable, out ArrayView<float> weights)
    {
        ArgumentNullException.ThrowIfNull(variable);
        weights = variable.Weights;
        if (variable.Length > 0 && variable.WeightView.Buffer.IsDisposed)
        {
            throw new ObjectDisposedException(
                variable.Name, $"The weights of variable '{variable.Name}' have been disposed.");
        }

        return variable.Length > 0;
    }

    private static bool LiesOn(AcceleratorStream stream, LambVariable variable)
    {
        Accelerator own = variable.WeightView.Buffer.Accelerator;
        return own == stream.Accelerator
            ? true
            : throw new ArgumentException(
                $"The stream must belong to the accelerator of the weights of '{variable.Name}', '{own.Name}'; it "
                + $"belongs to {AcceleratorNames.Other(own, stream.Accelerator)}. Make it with CreateStream of "
                + "the first.",
                nameof(stream));
    }

    /// <summary>Lists the arguments by the names and in the order of Keras; null unless it is built in.</summary>
    internal virtual (string Key, object? Value)[]? Config() => null;
}
