using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Memory;
using Lamb.Gpu.Step;

namespace Lamb.Gpu.State;

/// <summary>Keeps the scalars of the last raw iterations on the device, which may lag behind the host by what it
/// skipped.</summary>
/// <remarks>
/// The host counts as if no step were skipped, and knows how far the device was at a call of the past: the device can
/// be anywhere between. All that lies between is kept. Whenever that is half of what there is room for, the host has
/// the counters of the device copied into its memory, behind the launches, and looks in the calls to come whether they
/// have arrived: it never waits. A device that is further behind than all there is room for finds twice the room.
/// </remarks>
internal sealed class ScalarHistory : IDisposable
{
    private const int FirstLength = 1024;

    private const string Name = "the scalars of past steps";

    private readonly DeviceBuffers buffers;

    // A page of its own: CUDA locks whole pages, and none twice. Not locked, a copy to it would wait. Null where the
    // host alone counts, and nothing lags.
    private readonly PageLockScope<LossScaleState>? reportLock;
    private readonly nint report;
    private nint pages;
    private StepScalars[] mirror;
    private long knownCalls;
    private long asked = -1;

    public ScalarHistory(Accelerator accelerator, DeviceBuffers buffers, LambOptions options)
    {
        this.buffers = buffers;
        mirror = new StepScalars[LengthFor(options)];
        View = buffers.Allocate<StepScalars>(mirror.Length, Name);
        if (options.DynamicLossScale != null)
        {
            int page = Environment.SystemPageSize;
            pages = Marshal.AllocHGlobal(2 * page);
            report = (pages + page - 1) / page * page;
            Marshal.StructureToPtr(default(LossScaleState), report, fDeleteOld: false);
            reportLock = accelerator.CreatePageLockFromPinned<LossScaleState>(report, 1);
        }
    }

    /// <summary>The calls that the device has decided on, or will when it gets there.</summary>
    public long Calls { get; private set; }

    /// <summary>The raw iteration that the device had reached at the last call that the host knows of.</summary>
    public long LevelAt { get; private set; }

    /// <summary>The scalars by raw iteration, modulo their number.</summary>
    public ArrayView<StepScalars> View { get; private set; }

    /// <summary>How many are kept at first.</summary>
    public static int LengthFor(LambOptions options) => options.DynamicLossScale != null ? FirstLength : 1;

    /// <summary>Says where the device is now: nothing is on its way to it.</summary>
    public void Level(long rawIteration)
    {
        (LevelAt, knownCalls) = (rawIteration, Calls);

        // A copy that is still under way is of a call before this one.
        asked = -1;
    }

    /// <summary>The largest raw iteration that the device can have reached, by what has been heard of it.</summary>
    public long Newest()
    {
        LossScaleState heard = asked < 0 ? default : Marshal.PtrToStructure<LossScaleState>(report);
        if (asked >= 0 && heard.Calls == asked && heard.Check == heard.RawIterations + heard.Calls)
        {
            (LevelAt, knownCalls, asked) = (heard.RawIterations, heard.Calls, -1);
        }

        return LevelAt + (Calls - knownCalls);
    }

    /// <summary>Takes the scalars of the host's raw iteration, and makes room for the lag there may be by
    /// then.</summary>
    /// <returns>Their place.</returns>
    public int Add(AcceleratorStream stream, long rawIteration, StepScalars scalars)
    {
        if (reportLock != null && rawIteration - LevelAt >= mirror.Length)
        {
            Double(stream, rawIteration);
        }

        int slot = SlotOf(mirror, rawIteration);
        mirror[slot] = scalars;
        return slot;
    }

    /// <summary>Counts a call that the device decides on, and asks how far it is where that was long ago.</summary>
    public void Count(AcceleratorStream stream, long rawIteration, ArrayView<LossScaleState> state)
    {
        Calls++;
        if (reportLock != null && asked < 0 && rawIteration - LevelAt >= mirror.Length / 2)
        {
            asked = Calls;
            state.SubView(0, 1).CopyToPageLockedAsync(stream, reportLock);
        }
    }

    /// <summary>Changes what is kept; nothing changes where the change throws.</summary>
    public void Change(AcceleratorStream stream, long rawIterations, Func<StepScalars, long, StepScalars> change)
    {
        var changed = (StepScalars[])mirror.Clone();
        for (long raw = Math.Max(LevelAt, rawIterations - mirror.Length); raw < rawIterations; raw++)
        {
            int slot = SlotOf(mirror, raw);
            changed[slot] = change(mirror[slot], raw);
        }

        View.CopyFromCPU(stream, changed);
        mirror = changed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        reportLock?.Dispose();
        Marshal.FreeHGlobal(pages);
        pages = 0;
    }

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

        // Twice, so that each entry is also where it is in the longer one: nothing comes from the host.
        ArrayView<StepScalars> view = buffers.AllocateOn<StepScalars>(stream, longer.Length, Name);
        view.SubView(0, mirror.Length).CopyFrom(stream, View);
        view.SubView(mirror.Length, mirror.Length).CopyFrom(stream, View);
        (View, mirror) = (view, longer);
    }
}
