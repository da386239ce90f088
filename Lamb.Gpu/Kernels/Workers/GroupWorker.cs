using ILGPU;
using Lamb.Gpu.Kernels.Lanes;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels.Workers;

/// <summary>A group of lanes takes a tile: four floats a lane and turn, then the rest one by one.</summary>
/// <remarks>The group size is a power of two, at most <see cref="MaxGroupSize"/>.</remarks>
internal readonly struct GroupWorker : ITileWorker
{
    /// <summary>The lanes that the shared memory of <see cref="Total"/> is made for.</summary>
    public const int MaxGroupSize = 256;

    /// <inheritdoc/>
    public static int Lane => Group.IdxX;

    /// <inheritdoc/>
    public static int Lanes => Group.DimX;

    /// <inheritdoc/>
    public static SquareSums<float> Advance<TKernel>(Tile tile, StepViews views, StepScalars k)
        where TKernel : struct, ITileKernel
    {
        int body = tile.IsAligned ? tile.Length & ~3 : 0;
        SquareSums<float> quads = Range<TKernel, QuadLane>(tile, 0, body, views, k);
        SquareSums<float> rest = Range<TKernel, ScalarLane>(tile, body, tile.Length, views, k);
        return new SquareSums<float> { Update = quads.Update + rest.Update, Weight = quads.Weight + rest.Weight };
    }

    /// <inheritdoc/>
    public static SquareSums<float> Total(SquareSums<float> share)
    {
        ArrayView<SquareSums<float>> shares = SharedMemory.Allocate<SquareSums<float>>(MaxGroupSize);
        int lane = Group.IdxX;

        // The shares of the tile before are still being read.
        Group.Barrier();
        shares[lane] = share;
        Group.Barrier();
        for (int half = Group.DimX >> 1; half > 0; half >>= 1)
        {
            if (lane < half)
            {
                SquareSums<float> left = shares[lane], right = shares[lane + half];
                left.Update += right.Update;
                left.Weight += right.Weight;
                shares[lane] = left;
            }

            Group.Barrier();
        }

        return shares[0];
    }

    private static SquareSums<float> Range<TKernel, TLane>(Tile t, int start, int end, StepViews views, StepScalars k)
        where TKernel : struct, ITileKernel
        where TLane : struct, IGroupLane<TLane>
    {
        var sums = default(SquareSums<TLane>);
        int stride = Group.DimX * TLane.Width;
        for (int i = start + (Group.IdxX * TLane.Width); i < end; i += stride)
        {
            Element<TLane> e = Load<TKernel, TLane>(t, i, views);
            TKernel.Advance(ref e, ref sums, k);
            Store<TKernel, TLane>(t, i, views, e);
        }

        return new SquareSums<float> { Update = TLane.Sum(sums.Update), Weight = TLane.Sum(sums.Weight) };
    }

    private static Element<TLane> Load<TKernel, TLane>(Tile t, int i, StepViews views)
        where TKernel : struct, ITileKernel
        where TLane : struct, IGroupLane<TLane>
    {
        Element<TLane> e = default;
        if ((TKernel.Reads & Streams.Gradient) != 0) e.Gradient = TLane.Load(views.Gradients, t.Gradients + i);
        if ((TKernel.Reads & Streams.Weight) != 0) e.Weight = TLane.Load(views.Weights, t.Weights + i);
        if ((TKernel.Reads & Streams.FirstMoment) != 0) e.FirstMoment = TLane.Load(views.FirstMoments, t.State + i);
        if ((TKernel.Reads & Streams.SecondMoment) != 0) e.SecondMoment = TLane.Load(views.SecondMoments, t.State + i);
        if ((TKernel.Reads & Streams.Accumulator) != 0) e.Accumulator = TLane.Load(views.Accumulators, t.State + i);
        if ((TKernel.Reads & Streams.Average) != 0) e.Average = TLane.Load(views.Averages, t.State + i);
        return e;
    }

    private static void Store<TKernel, TLane>(Tile t, int i, StepViews views, Element<TLane> e)
        where TKernel : struct, ITileKernel
        where TLane : struct, IGroupLane<TLane>
    {
        if ((TKernel.Writes & Streams.Weight) != 0) TLane.Store(views.Weights, t.Weights + i, e.Weight);
        if ((TKernel.Writes & Streams.FirstMoment) != 0) TLane.Store(views.FirstMoments, t.State + i, e.FirstMoment);
        if ((TKernel.Writes & Streams.SecondMoment) != 0) TLane.Store(views.SecondMoments, t.State + i, e.SecondMoment);
        if ((TKernel.Writes & Streams.Accumulator) != 0) TLane.Store(views.Accumulators, t.State + i, e.Accumulator);
        if ((TKernel.Writes & Streams.Average) != 0) TLane.Store(views.Averages, t.State + i, e.Average);
    }
}
