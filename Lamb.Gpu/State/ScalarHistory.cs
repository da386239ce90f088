using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.State;

/// <summary>Keeps the scalars of the last raw iterations on the device, which may lag behind the host by what it
/// skipped.</summary>
/// <remarks>
/// A step that is skipped halves the loss scale, and a scale leaves the range of float32 after 278 halvings; so there
/// are at most that many skipped steps and one for each time that the scale has doubled. The history is longer. A
/// scale that has reached 0 or infinity stays there: nothing is kept for a training that is over.
/// </remarks>
internal sealed class ScalarHistory : IDisposable
{
    private const int FirstLength = 1024;
    private const int Margin = 512;

    private readonly Accelerator accelerator;
    private readonly int growthSteps;
    private readonly List<MemoryBuffer1D<StepScalars, Stride1D.Dense>> buffers = [];
    private StepScalars[] mirror;

    public ScalarHistory(Accelerator accelerator, int growthSteps)
    {
        this.accelerator = accelerator;
        this.growthSteps = growthSteps;
        mirror = new StepScalars[growthSteps > 0 ? FirstLength : 1];
        buffers.Add(accelerator.Allocate1D<StepScalars>(mirror.Length));
        buffers[0].MemSetToZero();
    }

    /// <summary>The raw iteration at which the device was level with the host: where a state was loaded.</summary>
    public long LevelAt { get; set; }

    /// <summary>The scalars by raw iteration, modulo their number.</summary>
    public ArrayView<StepScalars> View => buffers[^1].View;

    /// <summary>Takes the scalars of the host's raw iteration, and makes room for the lag there may be by
    /// then.</summary>
    /// <returns>Their place.</returns>
    public int Add(AcceleratorStream stream, long rawIteration, StepScalars scalars)
    {
        if (growthSteps > 0 && Margin + ((rawIteration - LevelAt) / growthSteps) > mirror.Length)
        {
            Double(stream, rawIteration);
        }

        int slot = SlotOf(mirror, rawIteration);
        mirror[slot] = scalars;
        return slot;
    }

    /// <summary>Changes what is kept; nothing changes where the change throws.</summary>
    public void Change(AcceleratorStream stream, long rawIterations, Func<StepScalars, long, StepScalars> change)
    {
        var changed = (StepScalars[])mirror.Clone();
        for (long raw = Math.Max(0, rawIterations - mirror.Length + 1); raw < rawIterations; raw++)
        {
            int slot = SlotOf(mirror, raw);
            changed[slot] = change(mirror[slot], raw);
        }

        View.CopyFromCPU(stream, changed);
        mirror = changed;
    }

    /// <inheritdoc/>
    public void Dispose() => buffers.ForEach(buffer => buffer.Dispose());

    private static int SlotOf(StepScalars[] scalars, long rawIteration) =>
        (int)(rawIteration & (scalars.Length - 1));

    // The launches under way still use the old buffer: it is freed with the optimizer.
    private void Double(AcceleratorStream stream, long rawIteration)
    {
        var longer = new StepScalars[2 * mirror.Length];
        for (long raw = Math.Max(0, rawIteration - mirror.Length); raw < rawIteration; raw++)
        {
            longer[SlotOf(longer, raw)] = mirror[SlotOf(mirror, raw)];
        }

        MemoryBuffer1D<StepScalars, Stride1D.Dense> buffer = accelerator.Allocate1D<StepScalars>(longer.Length);
        buffers.Add(buffer);
        ((ArrayView<StepScalars>)buffer.View).CopyFromCPU(stream, longer);
        mirror = longer;
    }
}
