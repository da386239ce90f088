using System.Runtime.InteropServices;

namespace Lamb.Gpu.Layout;

/// <summary>Walks the axes of one kind, kept or reduced: neighbours among them count as one run.</summary>
/// <remarks>
/// It goes to the device as an argument, so it holds a fixed number of runs. Axes of size 1 need none, so this is
/// enough for every shape of up to 8 dimensions, and for longer ones whose kinds do not alternate more often.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct AxisRuns
{
    /// <summary>How many runs there is room for.</summary>
    public const int Capacity = 4;

    /// <summary>The runs, the fastest first; those that are not needed have a size of 1.</summary>
    public AxisRun First, Second, Third, Fourth;

    /// <summary>No axis: one index, at offset 0.</summary>
    public static AxisRuns None => new()
    {
        First = AxisRun.None,
        Second = AxisRun.None,
        Third = AxisRun.None,
        Fourth = AxisRun.None,
    };

    /// <summary>How many indices there are.</summary>
    public readonly long Count => First.Size * Second.Size * Third.Size * Fourth.Size;

    /// <summary>Whether every run is taken.</summary>
    public readonly bool IsFull => Fourth.Size > 1;

    /// <summary>Takes a run that is faster than all before.</summary>
    public void Push(AxisRun run) => (First, Second, Third, Fourth) = (run, First, Second, Third);

    /// <summary>Takes the fastest run out.</summary>
    public AxisRun Pop()
    {
        AxisRun fastest = First;
        (First, Second, Third, Fourth) = (Second, Third, Fourth, AxisRun.None);
        return fastest;
    }

    /// <summary>The place of an index, in elements from the first.</summary>
    public readonly long OffsetOf(long index)
    {
        long second = index / First.Size;
        long third = second / Second.Size;
        long fourth = third / Third.Size;
        return ((index - (second * First.Size)) * First.Stride)
            + ((second - (third * Second.Size)) * Second.Stride)
            + ((third - (fourth * Third.Size)) * Third.Stride)
            + (fourth * Fourth.Stride);
    }
}
