using System.Numerics;
using System.Runtime.InteropServices;
using Lamb.Gpu.Arguments;

namespace Lamb.Gpu.Constraints;

/// <summary>Cuts a variable into slices: each is reduced over some axes at one index of the others.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SliceLayout
{
    /// <summary>The lanes of a group that a kernel over slices has shared memory for.</summary>
    public const int MaxLanes = 256;

    /// <summary>The most slices that a single lane takes side by side.</summary>
    public const int MaxColumns = 64;

    // As many floats as a GPU moves at once.
    private const int ColumnsOfALoad = 32;

    /// <summary>Where each slice begins.</summary>
    public AxisRuns Slices;

    /// <summary>Where each row of a slice begins.</summary>
    public AxisRuns Rows;

    /// <summary>The elements of a row.</summary>
    public AxisRun Row;

    /// <summary>How many neighbouring slices a group takes; it divides the lanes of a group that has several.</summary>
    public int Columns;

    /// <summary>How many slices there are.</summary>
    public readonly long Count => Slices.Count;

    /// <summary>Makes the layout of a variable that has elements, for groups of one lane.</summary>
    /// <param name="variable">The variable.</param>
    /// <param name="axis">The axes to reduce over, which <see cref="AxisChecks"/> has let pass.</param>
    /// <exception cref="ArgumentException">Kept and reduced axes alternate too often.</exception>
    public static SliceLayout Of(LambVariable variable, IReadOnlyList<int> axis)
    {
        AxisRuns kept = AxisRuns.None, reduced = AxisRuns.None;
        int rank = variable.Shape.Count;
        long stride = variable.Length;
        bool? before = null;
        for (int dimension = 0; dimension < rank; dimension++)
        {
            long size = variable.Shape[dimension];
            stride /= size;
            if (size > 1)
            {
                bool isReduced = axis.Contains(dimension) || axis.Contains(dimension - rank);
                ref AxisRuns runs = ref isReduced ? ref reduced : ref kept;
                long merged = isReduced == before ? runs.Pop().Size : 1;
                RequireRoom(runs, variable, axis);
                runs.Push(new AxisRun { Size = merged * size, Stride = stride });
                before = isReduced;
            }
        }

        return new SliceLayout { Slices = kept, Row = reduced.Pop(), Rows = reduced, Columns = 1 };
    }

    /// <summary>The same slices, for groups of some lanes, a power of two.</summary>
    public readonly SliceLayout For(int lanes)
    {
        bool sideBySide = Slices.First.Stride == 1;
        long columns = MaxColumns;
        if (lanes > 1 || !sideBySide)
        {
            long spare = lanes / Math.Min(PowerOfTwo(Row.Size), lanes);
            columns = sideBySide ? Math.Max(spare, Math.Min(ColumnsOfALoad, lanes / 4)) : spare;
        }

        return this with { Columns = (int)Math.Clamp(columns, 1, PowerOfTwo(Count)) };
    }

    private static void RequireRoom(AxisRuns runs, LambVariable variable, IReadOnlyList<int> axis)
    {
        if (runs.IsFull)
        {
            throw new ArgumentException(
                $"Variable '{variable.Name} [{Listing.Of(variable.Shape)}]': Axis must not alternate with the "
                + $"other axes more than {AxisRuns.Capacity} times, was [{Listing.Of(axis)}]. Order the "
                + "dimensions so that the axes of a norm are neighbours.");
        }
    }

    private static long PowerOfTwo(long atLeast) => (long)BitOperations.RoundUpToPowerOf2((ulong)atLeast);
}

/// <summary>Neighbouring axes that are walked as one.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AxisRun
{
    /// <summary>How many indices the run has.</summary>
    public long Size;

    /// <summary>The elements from one index to the next.</summary>
    public long Stride;

    /// <summary>No axis: one index.</summary>
    public static AxisRun None => new() { Size = 1 };
}

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

/// <summary>What must hold of axes before a variable is cut along them.</summary>
internal static class AxisChecks
{
    /// <summary>Throws one exception that names every broken rule.</summary>
    /// <param name="variable">The variable.</param>
    /// <param name="axis">The axes; negative ones count from the last.</param>
    public static void Throw(LambVariable variable, IReadOnlyList<int> axis)
    {
        // NumPy takes the axes 0 and −1 of a scalar, though it has none.
        int rank = Math.Max(variable.Shape.Count, 1);
        int[] outside = [.. axis.Where(each => each < -rank || each >= rank)];
        int[] twice =
        [
            .. axis.Except(outside).GroupBy(each => (each + rank) % rank)
                .Where(same => axis.Count(each => (each + rank) % rank == same.Key) > 1)
                .Select(same => same.Key),
        ];
        string[] broken =
        [
            .. outside.Select(each => $"Axis must be in [{-rank}, {rank}), as the rank is "
                + $"{variable.Shape.Count}; was {each}."),
            .. twice.Select(each => $"Axis must name an axis once; {each} was named again in "
                + $"[{Listing.Of(axis)}]."),
        ];
        if (broken.Length > 0)
        {
            throw new ArgumentException(
                $"Variable '{variable.Name} [{Listing.Of(variable.Shape)}]': {Listing.Sentences(broken)}");
        }
    }
}
