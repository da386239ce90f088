using ILGPU.Runtime;

namespace Lamb.Gpu;

/// <content>What the optimizer needs to be alive, and how it ends.</content>
public sealed partial class LambOptimizer : IDisposable
{
    private const string HalfAStep = "A launch of the last step failed, and the step was taken in part or not at all: "
        + "load a checkpoint, or write the weights and load a state, before anything else.";

    /// <summary>Waits for the stream and frees the state; the variables stay.</summary>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer; nothing was freed.</exception>
    public void Dispose()
    {
        if (!use.IsOver)
        {
            using var visit = use.Enter(mends: true);
            use.IsOver = true;
            try
            {
                Wait();
            }
            finally
            {
                constraints.Dispose();
                state.Dispose();
            }
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
                $"The stream must belong to the accelerator of the variables, '{accelerator.Name}'; "
                + $"it belongs to another one, '{stream.Accelerator.Name}'.",
                nameof(stream));
        }
    }
}
