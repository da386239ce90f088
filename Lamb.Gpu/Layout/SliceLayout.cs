using System.Numerics;
using System.Runtime.InteropServices;

namespace Lamb.Gpu.Layout;

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
