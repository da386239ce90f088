using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.IR.Intrinsics;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Step;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Kernels.Workers;

/// <summary>One thread of the CPU accelerator takes a tile: a vector a turn, then the rest one by one.</summary>
/// <remarks>
/// The group size is 1. Memory is reached by reference, past the end of the base view where a buffer lies there: the
/// CPU accelerator keeps its buffers in native memory, which does not move.
/// </remarks>
/// <typeparam name="TWeights">Where weights come from and go to.</typeparam>
/// <typeparam name="TGradients">How gradients are stored.</typeparam>
/// <typeparam name="TMoments">How both moments are stored.</typeparam>
internal readonly struct VectorWorker<TWeights, TGradients, TMoments> : ITileWorker
    where TWeights : struct, IWeightMemory
    where TGradients : struct, IFormat
    where TMoments : struct, IFormat
{
    // Vectors that are added before their sum goes to the tile's: a sum of n terms loses at most n roundings.
    private const int VectorsPerBlock = 32;

    /// <inheritdoc/>
    /// <remarks>Not asked of ILGPU, where each answer costs the CPU accelerator some 100 ns.</remarks>
    public static int Lane => 0;

    /// <inheritdoc/>
    public static int Lanes => 1;

    /// <inheritdoc/>
    /// <remarks>Marked as an intrinsic, the method is not compiled by ILGPU but run as it is, vectors and
    /// all.</remarks>
    [IntrinsicImplementation]
    public static SquareSums<float> ForEach<TKernel>(Tile tile, StepViews views, StepScalars k)
        where TKernel : struct, ITileKernel
    {
        var memory = new TileMemory(tile, views);
        nint body = tile.Length / VectorPack.Width * VectorPack.Width;
        nint block = VectorsPerBlock * VectorPack.Width;

        var vectors = default(SquareSums<VectorPack>);
        for (nint i = 0; i < body; i += block)
        {
            var sums = Range<TKernel, VectorPack>(ref memory, i, Math.Min(i + block, body), k);
            vectors.Update += sums.Update;
            vectors.Weight += sums.Weight;
        }

        SquareSums<ScalarPack> rest = Range<TKernel, ScalarPack>(ref memory, body, tile.Length, k);
        return new SquareSums<float>
        {
            Update = VectorPack.Sum(vectors.Update) + ScalarPack.Sum(rest.Update),
            Weight = VectorPack.Sum(vectors.Weight) + ScalarPack.Sum(rest.Weight),
        };
    }

    /// <inheritdoc/>
    public static SquareSums<float> Total(SquareSums<float> share) => share;

    // A method of its own because the JIT compiler inlines only so much into one, and optimized from its first call on
    // because a short run would be over before the compiler came back to it: 10 ns an element instead of 1.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static SquareSums<TPack> Range<TKernel, TPack>(ref TileMemory at, nint start, nint end, StepScalars k)
        where TKernel : struct, ITileKernel
        where TPack : struct, IHostPack<TPack>
    {
        ref float gradients = ref at.Gradients;
        ref float weights = ref at.Weights;
        ref float masters = ref at.Masters;
        ref float firstMoments = ref at.FirstMoments;
        ref float secondMoments = ref at.SecondMoments;
        ref float accumulators = ref at.Accumulators;
        ref float averages = ref at.Averages;
        var sums = default(SquareSums<TPack>);
        for (nint i = start; i < end; i += TPack.Width)
        {
            Unsafe.SkipInit(out Element<TPack> e);
            if ((TKernel.Reads & Streams.Gradient) != 0) e.Gradient = TGradients.Load<TPack>(ref gradients, i);
            if ((TKernel.Reads & Streams.Weight) != 0) e.Weight = TWeights.Load<TPack>(ref weights, ref masters, i);
            if ((TKernel.Reads & Streams.FirstMoment) != 0) e.FirstMoment = TMoments.Load<TPack>(ref firstMoments, i);
            if ((TKernel.Reads & Streams.SecondMoment) != 0)
            {
                e.SecondMoment = TMoments.Load<TPack>(ref secondMoments, i);
            }

            if ((TKernel.Reads & Streams.Accumulator) != 0) e.Accumulator = TPack.Load(ref accumulators, i);
            if ((TKernel.Reads & Streams.Average) != 0) e.Average = TPack.Load(ref averages, i);
            TKernel.Compute(ref e, ref sums, k);
            if ((TKernel.Writes & Streams.Weight) != 0)
            {
                Noise noise = StreamNoise.Of(Streams.Weight, k, at.Place + i);
                TWeights.Store(ref weights, ref masters, i, e.Weight, noise);
            }

            if ((TKernel.Writes & Streams.FirstMoment) != 0)
            {
                Noise noise = StreamNoise.Of(Streams.FirstMoment, k, at.Place + i);
                TMoments.Store(ref firstMoments, i, e.FirstMoment, noise);
            }

            if ((TKernel.Writes & Streams.SecondMoment) != 0)
            {
                Noise noise = StreamNoise.Of(Streams.SecondMoment, k, at.Place + i);
                TMoments.Store(ref secondMoments, i, e.SecondMoment, noise);
            }

            if ((TKernel.Writes & Streams.Accumulator) != 0) TPack.Store(ref accumulators, i, e.Accumulator);
            if ((TKernel.Writes & Streams.Average) != 0) TPack.Store(ref averages, i, e.Average);
        }

        return sums;
    }

    /// <summary>The first element of a tile in every stream.</summary>
    private readonly ref struct TileMemory(Tile tile, StepViews views)
    {
        public readonly long Place = tile.State;
        public readonly ref float Gradients = ref At(views.Gradients, tile.Gradients, TGradients.Size);
        public readonly ref float Weights = ref At(views.Weights, tile.Weights, TWeights.Size);
        public readonly ref float Masters = ref At(views.Masters, tile.State, sizeof(float));
        public readonly ref float FirstMoments = ref At(views.FirstMoments, tile.State, TMoments.Size);
        public readonly ref float SecondMoments = ref At(views.SecondMoments, tile.State, TMoments.Size);
        public readonly ref float Accumulators = ref At(views.Accumulators, tile.State, sizeof(float));
        public readonly ref float Averages = ref At(views.Averages, tile.State, sizeof(float));

        private static ref float At(ArrayView<float> view, long index, int size) =>
            ref Unsafe.AddByteOffset(ref view[0], (nint)(index * size));
    }
}

/// <summary>Gives each stream random bits of its own.</summary>
internal static class StreamNoise
{
    /// <summary>The random bits of a stream from a place in the optimizer's state on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Noise Of(Streams stream, StepScalars k, long place) =>
        new(k.RoundingKey + ((uint)stream * 0x85EBCA6B), place);
}
