using ILGPU;
using ILGPU.Algorithms;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels.Workers;

/// <summary>A group of lanes takes some slices: neighbouring lanes take neighbouring slices.</summary>
/// <remarks>The group size is a power of two, at most <see cref="SliceLayout.MaxLanes"/>.</remarks>
internal readonly struct GroupSlices : ISliceWorker
{
    /// <inheritdoc/>
    public static void Constrain(ArrayView<float> weights, SliceLayout layout, NormLimits limits, long first)
    {
        int lane = Group.IdxX, columns = layout.Columns;
        int lanesOfASlice = Group.DimX / columns, laneOfTheSlice = lane / columns;
        long slice = first + (lane % columns);
        long place = layout.Slices.OffsetOf(slice);

        // A lane without a slice has no rows, but must come to the barriers.
        long rows = slice < layout.Count ? layout.Rows.Count : 0;
        var share = default(CompensatedSum);
        for (long row = 0; row < rows; row++)
        {
            long start = place + layout.Rows.OffsetOf(row);
            for (long i = laneOfTheSlice; i < layout.Row.Size; i += lanesOfASlice)
            {
                float weight = weights[start + (i * layout.Row.Stride)];
                share.Add(weight * weight);
            }
        }

        float factor = limits.Factor(XMath.Sqrt(Total(share.Value, lane, columns)));
        for (long row = 0; row < rows; row++)
        {
            long start = place + layout.Rows.OffsetOf(row);
            for (long i = laneOfTheSlice; i < layout.Row.Size; i += lanesOfASlice)
            {
                weights[start + (i * layout.Row.Stride)] *= factor;
            }
        }
    }

    private static float Total(float share, int lane, int columns)
    {
        ArrayView<float> shares = SharedMemory.Allocate<float>(SliceLayout.MaxLanes);

        // The shares of the slices before are still being read.
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
