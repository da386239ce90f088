using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Step;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Kernels.Workers;

/// <summary>A group of lanes takes a tile: 16 bytes of each stream a lane and turn or more, then the rest one by
/// one.</summary>
/// <remarks>The group size is a power of two, at most <see cref="GroupSums.MaxGroupSize"/>.</remarks>
/// <typeparam name="TWide">What a lane of the group takes at once.</typeparam>
/// <typeparam name="TWeights">Where weights come from and go to.</typeparam>
/// <typeparam name="TGradients">How gradients are stored.</typeparam>
/// <typeparam name="TMoments">How both moments are stored.</typeparam>
internal readonly struct GroupWorker<TWide, TWeights, TGradients, TMoments> : ITileWorker
    where TWide : struct, IGroupPack<TWide>
    where TWeights : struct, IWeightMemory
    where TGradients : struct, IFormat
    where TMoments : struct, IFormat
{
    /// <inheritdoc/>
    public static int Lane => Group.IdxX;

    /// <inheritdoc/>
    public static int Lanes => Group.DimX;

    /// <inheritdoc/>
    public static SquareSums<float> ForEach<TKernel>(Tile tile, StepViews views, StepScalars k)
        where TKernel : struct, ITileKernel
    {
        int body = tile.IsAligned(TWide.Width) ? tile.Length & ~(TWide.Width - 1) : 0;
        SquareSums<float> wide = Range<TKernel, TWide>(tile, 0, body, views, k);
        SquareSums<float> rest = Range<TKernel, ScalarPack>(tile, body, tile.Length, views, k);
        return new SquareSums<float> { Update = wide.Update + rest.Update, Weight = wide.Weight + rest.Weight };
    }

    /// <inheritdoc/>
    public static SquareSums<float> Total(SquareSums<float> share) => GroupSums.Total(share);

    private static SquareSums<float> Range<TKernel, TPack>(Tile t, int start, int end, StepViews views, StepScalars k)
        where TKernel : struct, ITileKernel
        where TPack : struct, IGroupPack<TPack>
    {
        var sums = default(SquareSums<TPack>);
        int stride = Group.DimX * TPack.Width;
        for (int i = start + (Group.IdxX * TPack.Width); i < end; i += stride)
        {
            Element<TPack> e = Load<TKernel, TPack>(t, i, views);
            TKernel.Compute(ref e, ref sums, k);
            Store<TKernel, TPack>(t, i, views, e, k);
        }

        return new SquareSums<float> { Update = TPack.Sum(sums.Update), Weight = TPack.Sum(sums.Weight) };
    }

    private static Element<TPack> Load<TKernel, TPack>(Tile t, int i, StepViews views)
        where TKernel : struct, ITileKernel
        where TPack : struct, IGroupPack<TPack>
    {
        Element<TPack> e = default;
        long state = t.State + i;
        if ((TKernel.Reads & Streams.Gradient) != 0)
        {
            e.Gradient = TGradients.Load<TPack>(views.Gradients, t.Gradients + i);
        }

        if ((TKernel.Reads & Streams.Weight) != 0)
        {
            e.Weight = TWeights.Load<TPack>(views.Weights, t.Weights + i, views.Masters, state);
        }

        if ((TKernel.Reads & Streams.FirstMoment) != 0) e.FirstMoment = TMoments.Load<TPack>(views.FirstMoments, state);
        if ((TKernel.Reads & Streams.SecondMoment) != 0)
        {
            e.SecondMoment = TMoments.Load<TPack>(views.SecondMoments, state);
        }

        if ((TKernel.Reads & Streams.Accumulator) != 0) e.Accumulator = TPack.Load(views.Accumulators, state);
        if ((TKernel.Reads & Streams.Average) != 0) e.Average = TPack.Load(views.Averages, state);
        return e;
    }

    private static void Store<TKernel, TPack>(Tile t, int i, StepViews views, Element<TPack> e, StepScalars k)
        where TKernel : struct, ITileKernel
        where TPack : struct, IGroupPack<TPack>
    {
        long state = t.State + i;
        if ((TKernel.Writes & Streams.Weight) != 0)
        {
            Noise noise = StreamNoise.Of(Streams.Weight, k, state);
            TWeights.Store(views.Weights, t.Weights + i, views.Masters, state, e.Weight, noise);
        }

        if ((TKernel.Writes & Streams.FirstMoment) != 0)
        {
            TMoments.Store(views.FirstMoments, state, e.FirstMoment, StreamNoise.Of(Streams.FirstMoment, k, state));
        }

        if ((TKernel.Writes & Streams.SecondMoment) != 0)
        {
            TMoments.Store(views.SecondMoments, state, e.SecondMoment, StreamNoise.Of(Streams.SecondMoment, k, state));
        }

        if ((TKernel.Writes & Streams.Accumulator) != 0) TPack.Store(views.Accumulators, state, e.Accumulator);
        if ((TKernel.Writes & Streams.Average) != 0) TPack.Store(views.Averages, state, e.Average);
    }
}

/// <summary>Adds what the lanes of a group have found.</summary>
internal static class GroupSums
{
    /// <summary>The lanes that the shared memory is made for; a group has a power of two of them.</summary>
    public const int MaxGroupSize = 256;

    /// <summary>Adds the shares of all lanes in a tree; the total is lane 0's.</summary>
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
}
