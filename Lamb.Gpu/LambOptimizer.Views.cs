using System.Diagnostics.CodeAnalysis;
using ILGPU;

namespace Lamb.Gpu;

/// <content>The state of a variable as it is on the device.</content>
public sealed partial class LambOptimizer
{
    /// <summary>Returns m of a variable on the device, in the order of its weights.</summary>
    /// <param name="variable">A variable of this optimizer.</param>
    /// <returns>A view into the optimizer's state, good until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is null, or not one of this optimizer's.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or its accelerator has been disposed.</exception>
    /// <exception cref="InvalidOperationException">It is in bfloat16: <see cref="FirstMomentView"/> has
    /// it.</exception>
    public ArrayView<float> FirstMoment(LambVariable variable) => FirstMomentView(variable).As<float>();

    /// <summary>Returns m of a variable on the device, as <see cref="LambOptions.MomentDataType"/> has it.</summary>
    /// <param name="variable">A variable of this optimizer.</param>
    /// <returns>A view into the optimizer's state, good until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is null, or not one of this optimizer's.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or its accelerator has been disposed.</exception>
    public LambView FirstMomentView(LambVariable variable) => Shown(state.FirstMoments, variable);

    /// <summary>Returns v of a variable on the device, in the order of its weights.</summary>
    /// <param name="variable">A variable of this optimizer.</param>
    /// <returns>A view into the optimizer's state, good until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is null, or not one of this optimizer's.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or its accelerator has been disposed.</exception>
    /// <exception cref="InvalidOperationException">It is in bfloat16: <see cref="SecondMomentView"/> has
    /// it.</exception>
    public ArrayView<float> SecondMoment(LambVariable variable) => SecondMomentView(variable).As<float>();

    /// <summary>Returns v of a variable on the device, as <see cref="LambOptions.MomentDataType"/> has it.</summary>
    /// <param name="variable">A variable of this optimizer.</param>
    /// <returns>A view into the optimizer's state, good until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is null, or not one of this optimizer's.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or its accelerator has been disposed.</exception>
    public LambView SecondMomentView(LambVariable variable) => Shown(state.SecondMoments, variable);

    /// <summary>Returns the master copy of the weights of a variable on the device.</summary>
    /// <remarks>
    /// What the optimizer moves; the weights are this, rounded. Zero before the first step. Where somebody else has
    /// written a weight since, the copy follows in the next step.
    /// </remarks>
    /// <param name="variable">A variable of this optimizer whose weights have 16 bits.</param>
    /// <returns>A view into the optimizer's state, good until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is null, or not one of this optimizer's.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or its accelerator has been disposed.</exception>
    /// <exception cref="InvalidOperationException">The variable has none: its weights are float32, or
    /// <see cref="LambOptions.MasterWeights"/> is false.</exception>
    public ArrayView<float> MasterWeights(LambVariable variable)
    {
        RequireShown(variable);
        return HasMaster(variable)
            ? Part(state.Masters, variable).As<float>()
            : throw new InvalidOperationException(
                $"Variable '{variable.Name}' must have weights of 16 bits, and MasterWeights be true, for a master "
                + $"copy; its weights are {variable.WeightView.DataType}, MasterWeights is {options.MasterWeights}.");
    }

    /// <summary>Returns the average of the weights of a variable on the device.</summary>
    /// <param name="variable">A variable of this optimizer.</param>
    /// <returns>A view into the optimizer's state, good until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is null, or not one of this optimizer's.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or its accelerator has been disposed.</exception>
    /// <exception cref="InvalidOperationException">The optimizer was made without <c>UseEma</c>.</exception>
    public ArrayView<float> Average(LambVariable variable) => options.UseEma
        ? Shown(state.Averages, variable).As<float>()
        : throw new InvalidOperationException("There are no averages: make the optimizer with UseEma = true.");

    private LambView Shown(LambView arena, [NotNull] LambVariable? variable)
    {
        RequireShown(variable);
        return Part(arena, variable);
    }

    private void RequireShown([NotNull] LambVariable? variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        RequireShown();
        RequireOwn([variable], nameof(variable));
    }

    private void RequireShown()
    {
        ObjectDisposedException.ThrowIf(use.IsOver, this);
        state.RequireLive();
    }
}
