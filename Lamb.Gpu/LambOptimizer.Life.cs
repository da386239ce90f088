using ILGPU.Runtime;
using Lamb.Gpu.Arguments;

namespace Lamb.Gpu;

/// <content>What the optimizer needs to be alive, and how it ends.</content>
public sealed partial class LambOptimizer : IDisposable
{
    private const string HalfAStep = "A launch of the last step failed, and the step was taken in part or not at all: "
        + "load a checkpoint, or write the weights and load a state, before anything else.";

    /// <summary>Waits for the stream and frees the state; the variables stay.</summary>
    /// <remarks>
    /// Never throws. Where another thread is in the optimizer, or it is called by what the optimizer calls, it returns
    /// at once: what is under way goes to its end, and the state is freed by who leaves last. Of what a device that has
    /// failed says meanwhile nothing is told; whatever waits for it next hears it again. A second call does nothing.
    /// </remarks>
    public void Dispose() => use.End();

    private void Free()
    {
        Quietly(Wait);
        Quietly(constraints.Dispose);
        Quietly(state.Dispose);
    }

    private static void Quietly(Action action)
    {
        try
        {
            action();
        }
        catch (Exception)
        {
            // The device has failed: what it says would hide the exception that told of it first.
        }
    }

    // Where the accelerator is gone, nothing runs on it; a stream that is gone cannot be waited for.
    private void Wait()
    {
        if (stream.IsDisposed && !variables.Accelerator.IsDisposed)
        {
            variables.Accelerator.Synchronize();
        }
        else if (!variables.Accelerator.IsDisposed)
        {
            stream.Synchronize();
        }
    }

    private void RequireLive()
    {
        RequireState();
        variables.RequireLive();
    }

    private void RequireState()
    {
        state.RequireLive();
        if (stream.IsDisposed)
        {
            throw new ObjectDisposedException(
                "stream",
                "The stream that the optimizer was made with has been disposed: dispose of the optimizer before it.");
        }
    }

    private static void RequireSameAccelerator(Accelerator accelerator, AcceleratorStream stream)
    {
        if (stream.Accelerator != accelerator)
        {
            throw new ArgumentException(
                $"The stream must belong to the accelerator of the variables, '{accelerator.Name}'; it belongs to "
                + $"{AcceleratorNames.Other(accelerator, stream.Accelerator)}. Make it with CreateStream of "
                + "variables.Accelerator.",
                nameof(stream));
        }
    }
}
