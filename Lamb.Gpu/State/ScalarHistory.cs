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
internal sealed class ScalarHistory
{
    private const int FirstLength = 1024;
    private const int Margin = 512;

    private const string Name = "the scalars of past steps";

    private readonly DeviceBuffers buffers;
    private readonly int growthSteps;
    private StepScalars[] mirror;

    public ScalarHistory(DeviceBuffers buffers, LambOptions options)
    {
        this.buffers = buffers;
        growthSteps = options.DynamicLossScale?.DynamicGrowthSteps ?? 0;
        mirror = new StepScalars[LengthFor(options)];
        View = buffers.Allocate<StepScalars>(mirror.Length, Name);
    }

    /// <summary>The raw iteration at which the device was level with the host: where a state was loaded.</summary>
    public long LevelAt { get; set; }

    /// <summary>The scalars by raw iteration, modulo their number.</summary>
    public ArrayView<StepScalars> View { get; private set; }

    /// <summary>How many are kept at first.</summary>
    public static int LengthFor(LambOptions options) => options.DynamicLossScale != null ? FirstLength : 1;

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
        for (long raw = Math.Max(LevelAt, rawIterations - mirror.Length + 1); raw < rawIterations; raw++)
        {
            int slot = SlotOf(mirror, raw);
            changed[slot] = change(mirror[slot], raw);
        }

        View.CopyFromCPU(stream, changed);
        mirror = changed;
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
