using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Step;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Kernels;

/// <summary>Decays the weights of every tile and moves them against the update, scaled by the trust ratio.</summary>
/// <remarks>
/// LAMB, Algorithm 2 (You et al. 2020, arXiv:1904.00962), with the decoupled decay of keras.optimizers.Lamb:
/// <code>
/// w ← w − λη·w
/// w ← w − η·r·u
/// </code>
/// u is computed again from the moments: that reads as much as storing it would write, and needs no memory.
/// </remarks>
internal readonly struct ApplyKernel : ITileKernel
{
    /// <inheritdoc/>
    public static Streams Reads => Streams.Weight | Streams.FirstMoment | Streams.SecondMoment;

    /// <inheritdoc/>
    public static Streams Writes => Streams.Weight;

    /// <summary>The kernel: each group takes every tile whose index is its own modulo the number of groups.</summary>
    /// <remarks>Without windows, averages and overwriting, which take eight times as long to compile.</remarks>
    public static void Run<TWorker, TWeights>(StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
        where TWeights : struct, IWeightAccess
    {
        k = views.Current(k);
        int tiles = k.Phase == StepPhase.Skip ? 0 : views.Tiles.IntLength;
        for (int index = Grid.IdxX; index < tiles; index += Grid.DimX)
        {
            Tile tile = views.Tiles[index];
            k.Flags = views.VariableFlags[tile.Variable];
            StepScalars own = Scaled(views, tile, k);
            if ((k.Flags & VariableFlags.HasGradient) != 0)
            {
                TWeights.Write<TWorker, ApplyKernel>(index, tile, views, own);
            }
        }
    }

    /// <summary>The same with all that the last stage may have to do.</summary>
    public static void RunAll<TWorker, TWeights>(StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
        where TWeights : struct, IWeightAccess
    {
        k = views.Current(k);
        int tiles = k.Phase == StepPhase.Skip ? 0 : views.Tiles.IntLength;
        for (int index = Grid.IdxX; index < tiles; index += Grid.DimX)
        {
            Tile tile = views.Tiles[index];
            k.Flags = views.VariableFlags[tile.Variable];
            RunTile<TWorker, TWeights>(index, tile, views, k);
        }
    }

    /// <summary>Applies, accumulates or overwrites one tile, and averages, as the step and the variable ask for; the
    /// variable's flags are in <paramref name="k"/>.</summary>
    public static void RunTile<TWorker, TWeights>(int index, Tile tile, StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
        where TWeights : struct, IWeightAccess
    {
        k = Scaled(views, tile, k);
        bool hasGradient = (k.Flags & VariableFlags.HasGradient) != 0;
        bool overwrites = (k.Flags & VariableFlags.Overwrite) != 0;
        bool averages = k.AverageMode != AverageMode.None && k.TrainsAny != 0 && !overwrites;
        if (k.Phase != StepPhase.Update)
        {
            if (averages) TWeights.Write<TWorker, AverageKernel<AccumulateKernel>>(index, tile, views, k);
            else TWorker.ForEach<AccumulateKernel>(tile, views, k);
        }
        else if (overwrites && hasGradient)
        {
            TWorker.ForEach<OverwriteKernel>(tile, views, k);
        }
        else if (hasGradient && averages)
        {
            TWeights.Write<TWorker, AverageKernel<ApplyKernel>>(index, tile, views, k);
        }
        else if (hasGradient)
        {
            TWeights.Write<TWorker, ApplyKernel>(index, tile, views, k);
        }
        else if (averages)
        {
            TWeights.Write<TWorker, AverageKernel<Idle>>(index, tile, views, k);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Compute<TPack>(ref Element<TPack> e, ref SquareSums<TPack> sums, StepScalars k)
        where TPack : struct, IPack<TPack>
    {
        TPack update = LambUpdate.Update(e.FirstMoment, e.SecondMoment, e.Weight, k);
        TPack change = LambUpdate.Decay(e.Weight, k) + update * TPack.Broadcast(k.LearningRate);

        // One subtraction for both terms: the weight is rounded once a step.
        e.Weight -= change;
    }

    private static StepScalars Scaled(StepViews views, Tile tile, StepScalars k)
    {
        k.LearningRate *= views.TrustRatios[tile.Variable].Value * k.RateCorrection;
        return k;
    }
}
