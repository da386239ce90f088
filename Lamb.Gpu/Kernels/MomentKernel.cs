using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Step;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Kernels;

/// <summary>Updates both moments of every tile and sums the squares of its update and of its decayed
/// weights.</summary>
/// <remarks>
/// LAMB, Algorithm 2 (You et al. 2020, arXiv:1904.00962), for every element:
/// <code>
/// m ← m + (1 − β₁)(g − m)         or m ← β₁·m + g
/// v ← v + (1 − β₂)(g² − v)
/// u = (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
/// </code>
/// and Σu², Σ(w − λη·w)² of each tile. <see cref="LambUpdate"/> has the other places of decay.
/// </remarks>
internal readonly struct MomentKernel<TGradient, TWeights> : ITileKernel
    where TGradient : struct, IGradient
    where TWeights : struct, IWeightAccess
{
    private const Streams Moments = Streams.FirstMoment | Streams.SecondMoment;

    /// <inheritdoc/>
    public static Streams Reads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TGradient.Reads | TWeights.Reads | Moments;
    }

    /// <inheritdoc/>
    public static Streams Writes => Moments;

    /// <summary>The kernel: each group takes every tile whose index is its own modulo the number of groups.</summary>
    public static void Run<TWorker>(StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
    {
        k = views.Current(k);
        int groups = Grid.DimX;
        int tiles = k.Phase == StepPhase.Update ? views.Tiles.IntLength : 0;
        for (int index = Grid.IdxX; index < tiles; index += groups)
        {
            Tile tile = views.Tiles[index];
            k.Flags = views.VariableFlags[tile.Variable];
            if (k.IsTrained)
            {
                RunTile<TWorker>(index, tile, views, k);
            }
        }
    }

    /// <summary>Does one tile, whose variable's flags are in <paramref name="k"/>.</summary>
    public static void RunTile<TWorker>(int index, Tile tile, StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
    {
        k.ClipFactor = views.ClipFactors[k.ClipMode == ClipMode.Variable ? tile.Variable + 1 : 0];
        SquareSums<float> sums = TWorker.Total(TWorker.ForEach<MomentKernel<TGradient, TWeights>>(tile, views, k));
        if (TWorker.Lane == 0)
        {
            sums.Weight = TWeights.Decayed(sums.Weight, index, views, k);
            views.TileSums[index] = sums;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Compute<TPack>(ref Element<TPack> e, ref SquareSums<TPack> sums, StepScalars k)
        where TPack : struct, IPack<TPack>
    {
        TPack weight = TWeights.Before(e), gradient = LambUpdate.Gradient(TGradient.Of(e, k), weight, k);
        e.FirstMoment +=
            (gradient * TPack.Broadcast(k.GradientShare) - e.FirstMoment) * TPack.Broadcast(k.OneMinusBeta1);
        e.SecondMoment += (gradient * gradient - e.SecondMoment) * TPack.Broadcast(k.OneMinusBeta2);

        TPack update = LambUpdate.Update(e.FirstMoment, e.SecondMoment, weight, k);
        sums.Update += update * update;
        TWeights.AddDecayed(e, ref sums, k);
    }
}
