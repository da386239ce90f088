using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.State;

/// <summary>Keeps the scalars of the last raw iterations on the device, which may lag behind the host by what it
/// skipped.</summary>
/// <remarks>
/// A step that is skipped halves the loss scale, and a scale leaves the range of float32 after 278 halvings; so there
/// are at most that many skipped steps and one for each time that the scale has doubled. The history is longer. A
/// scale that has reached 0 divides by it for good: nothing is kept for a training that is over.
/// </remarks>
internal sealed class ScalarHistory(Accelerator accelerator, int growthSteps) : IDisposable
{
    private const int FirstLength = 1024;
    private const int Margin = 512;

    private readonly List<MemoryBuffer1D<StepScalars, Stride1D.Dense>> buffers =
        [accelerator.Allocate1D<StepScalars>(growthSteps > 0 ? FirstLength : 1)];

    /// <summary>The scalars by raw iteration, modulo their number.</summary>
    public ArrayView<StepScalars> View => buffers[^1].View;

    /// <summary>The place of a raw iteration.</summary>
    public int SlotOf(long rawIteration) => (int)(rawIteration & (View.Length - 1));

    /// <summary>Makes room for all iterations that the device may still be at when the host is at the next
    /// one.</summary>
    public void Reach(AcceleratorStream stream, long rawIterations, Func<long, StepScalars> scalarsAt)
    {
        long needed = Margin + (rawIterations / growthSteps);
        if (needed > View.Length)
        {
            // The launches under way still use the old one: it is freed with the optimizer.
            buffers.Add(accelerator.Allocate1D<StepScalars>(2 * View.Length));
            Rewrite(stream, rawIterations, scalarsAt);
        }
    }

    /// <summary>Computes everything anew, after a change of what the scalars are computed from.</summary>
    public void Rewrite(AcceleratorStream stream, long rawIterations, Func<long, StepScalars> scalarsAt)
    {
        var scalars = new StepScalars[View.Length];
        for (long raw = Math.Max(0, rawIterations - scalars.Length + 1); raw <= rawIterations; raw++)
        {
            scalars[SlotOf(raw)] = scalarsAt(raw);
        }

        View.CopyFromCPU(stream, scalars);
    }

    /// <inheritdoc/>
    public void Dispose() => buffers.ForEach(buffer => buffer.Dispose());
}
