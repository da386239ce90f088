using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Step;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Kernels;

/// <summary>Sums the squares of the weights of every tile, after another kernel has updated them.</summary>
/// <remarks>
/// What a step must know of weights that nobody else writes, instead of reading them twice:
/// <code>
/// Σw²
/// </code>
/// Behind <see cref="Idle"/> it is a launch of its own, for weights that somebody else has written.
/// </remarks>
/// <typeparam name="TKernel">What is done first.</typeparam>
internal readonly struct WeightNormKernel<TKernel> : ITileKernel
    where TKernel : struct, ITileKernel
{
    /// <inheritdoc/>
    public static Streams Reads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TKernel.Reads | Streams.Weight;
    }

    /// <inheritdoc/>
    public static Streams Writes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TKernel.Writes;
    }

    /// <summary>The kernel: each group takes every tile whose index is its own modulo the number of groups.</summary>
    public static void Run<TWorker>(StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
    {
        int groups = Grid.DimX;
        for (int index = Grid.IdxX; index < views.Tiles.IntLength; index += groups)
        {
            RunTile<TWorker>(index, views.Tiles[index], views, k);
        }
    }

    /// <summary>Does one tile.</summary>
    public static void RunTile<TWorker>(int index, Tile tile, StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
    {
        SquareSums<float> sums = TWorker.Total(TWorker.ForEach<WeightNormKernel<TKernel>>(tile, views, k));
        if (TWorker.Lane == 0)
        {
            views.WeightSums[index] = sums.Weight;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Compute<TPack>(ref Element<TPack> e, ref SquareSums<TPack> sums, StepScalars k)
        where TPack : struct, IPack<TPack>
    {
        TKernel.Compute(ref e, ref sums, k);
        sums.Weight += e.Weight * e.Weight;
    }
}
