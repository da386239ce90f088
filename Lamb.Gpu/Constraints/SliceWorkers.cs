using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.IR.Intrinsics;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Kernels.Packs;

namespace Lamb.Gpu.Constraints;

/// <summary>Who does some neighbouring slices: a group of lanes, or one thread with vectors.</summary>
internal interface ISliceWorker
{
    /// <summary>Scales the slices from <paramref name="first"/> on, <see cref="SliceLayout.Columns"/> of them or as
    /// many as there are left.</summary>
    static abstract void Constrain(ArrayView<float> weights, SliceLayout layout, NormLimits limits, long first);
}

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

/// <summary>One thread of the CPU accelerator takes some slices: those that lie side by side at once, row by
/// row.</summary>
/// <remarks>The group size is 1.</remarks>
internal readonly struct HostSlices : ISliceWorker
{
    // Vectors that are added before their sum goes to the compensated one: a sum of n terms loses n roundings at most.
    private const int VectorsPerBlock = 8;

    /// <inheritdoc/>
    /// <remarks>Marked as an intrinsic, the method is not compiled by ILGPU but run as it is, vectors and
    /// all.</remarks>
    [IntrinsicImplementation]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Constrain(ArrayView<float> weights, SliceLayout layout, NormLimits limits, long first)
    {
        Span<CompensatedSum> sums = stackalloc CompensatedSum[SliceLayout.MaxColumns];
        Span<float> factors = stackalloc float[SliceLayout.MaxColumns];
        long last = Math.Min(first + layout.Columns, layout.Count);
        while (first < last)
        {
            // Slices lie side by side up to the end of the fastest run.
            long left = layout.Slices.First.Size - (first % layout.Slices.First.Size);
            int columns = (int)Math.Min(left, last - first);
            Span<CompensatedSum> own = sums[..columns];
            own.Clear();
            ref float start = ref weights[layout.Slices.OffsetOf(first)];
            for (long row = 0; row < layout.Rows.Count; row++)
            {
                AddSquares(own, ref Unsafe.Add(ref start, (nint)layout.Rows.OffsetOf(row)), layout.Row);
            }

            for (int column = 0; column < columns; column++)
            {
                factors[column] = limits.Factor(MathF.Sqrt(own[column].Value));
            }

            for (long row = 0; row < layout.Rows.Count; row++)
            {
                Scale(factors[..columns], ref Unsafe.Add(ref start, (nint)layout.Rows.OffsetOf(row)), layout.Row);
            }

            first += columns;
        }
    }

    // Methods of their own, optimized from their first call on, for the reason that VectorWorker gives.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddSquares(Span<CompensatedSum> sums, ref float weight, AxisRun row)
    {
        nint stride = (nint)row.Stride, body = BodyOf(row);
        nint block = VectorsPerBlock * VectorPack.Width;
        for (nint start = 0; start < body; start += block)
        {
            VectorPack squares = default;
            for (nint i = start; i < Math.Min(start + block, body); i += VectorPack.Width)
            {
                VectorPack values = VectorPack.Load(ref weight, i);
                squares += values * values;
            }

            sums[0].Add(VectorPack.Sum(squares));
        }

        for (nint i = body; i < (nint)row.Size; i++)
        {
            for (int column = 0; column < sums.Length; column++)
            {
                float value = Unsafe.Add(ref weight, (i * stride) + column);
                sums[column].Add(value * value);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Scale(Span<float> factors, ref float weight, AxisRun row)
    {
        nint stride = (nint)row.Stride, body = BodyOf(row);
        var factor = VectorPack.Broadcast(factors[0]);
        for (nint i = 0; i < body; i += VectorPack.Width)
        {
            VectorPack.Store(ref weight, i, VectorPack.Load(ref weight, i) * factor);
        }

        for (nint i = body; i < (nint)row.Size; i++)
        {
            for (int column = 0; column < factors.Length; column++)
            {
                Unsafe.Add(ref weight, (i * stride) + column) *= factors[column];
            }
        }
    }

    // A row whose elements lie together leaves no slices to lie side by side: there is one column then.
    private static nint BodyOf(AxisRun row) =>
        row.Stride == 1 ? (nint)row.Size / VectorPack.Width * VectorPack.Width : 0;
}
