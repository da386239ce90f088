using ILGPU;
using ILGPU.Algorithms;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>Scales every slice of a variable so that its norm comes to lie between limits.</summary>
/// <remarks>
/// keras.constraints.MaxNorm, UnitNorm and MinMaxNorm, for every index of the axes that are kept:
/// <code>
/// n = √Σw²                                over the axes that are reduced
/// d = rate·clip(n, min, max) + (1 − rate)·n
/// w ← w · d / (n + 1e-7)
/// </code>
/// A lane adds in order with its rounding errors kept aside (Kahan 1965), the lanes of a slice are added in a tree.
/// Reads w twice, the second time from the cache where the slices of a group fit it; writes w.
/// </remarks>
internal static class NormConstraintKernel
{
    /// <summary>The kernel: each group takes a run of neighbouring slices, <see cref="SliceLayout.Columns"/> at
    /// a time.</summary>
    public static void Run(ArrayView<float> weights, SliceLayout layout, NormLimits limits)
    {
        int lane = Group.IdxX, columns = layout.Columns, groups = Grid.DimX;
        int lanesOfASlice = Group.DimX / columns, laneOfTheSlice = lane / columns;
        long count = layout.Count, bundles = (count + columns - 1) / columns;

        // A run, not every second or third: on the CPU two threads would write to the same cache lines.
        long run = (bundles + groups - 1) / groups;
        long end = XMath.Min(run * (Grid.IdxX + 1), bundles);
        for (long bundle = run * Grid.IdxX; bundle < end; bundle++)
        {
            long slice = (bundle * columns) + (lane % columns);
            long rows = slice < count ? layout.Rows.Count : 0;
            long first = layout.Slices.OffsetOf(slice);
            var share = default(CompensatedSum);
            for (long row = 0; row < rows; row++)
            {
                long start = first + layout.Rows.OffsetOf(row);
                for (long i = laneOfTheSlice; i < layout.Row.Size; i += lanesOfASlice)
                {
                    float weight = weights[start + (i * layout.Row.Stride)];
                    share.Add(weight * weight);
                }
            }

            float factor = limits.Factor(XMath.Sqrt(Total(share.Value, lane, columns)));
            for (long row = 0; row < rows; row++)
            {
                long start = first + layout.Rows.OffsetOf(row);
                for (long i = laneOfTheSlice; i < layout.Row.Size; i += lanesOfASlice)
                {
                    weights[start + (i * layout.Row.Stride)] *= factor;
                }
            }
        }
    }

    private static float Total(float share, int lane, int columns)
    {
        ArrayView<float> shares = SharedMemory.Allocate<float>(SliceLayout.MaxLanes);

        // The shares of the bundle before are still being read.
        Group.Barrier();
        shares[lane] = share;
        Group.Barrier();
        for (int half = Group.DimX >> 1; half >= columns; half >>= 1)
        {
            if (lane < half)
            {
                shares[lane] += shares[lane + half];
            }

            Group.Barrier();
        }

        return shares[lane % columns];
    }
}
