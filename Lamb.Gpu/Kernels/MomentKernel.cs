using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Lanes;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>Advances both moments of every tile and sums the squares of its update and of its decayed
/// weights.</summary>
/// <remarks>
/// LAMB, Algorithm 2 (You et al. 2020, arXiv:1904.00962), for every element:
/// <code>
/// m ← m + (1 − β₁)(g − m)
/// v ← v + (1 − β₂)(g² − v)
/// u = (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
/// </code>
/// and Σu², Σ(w − λη·w)² of each tile.
/// </remarks>
internal readonly struct MomentKernel : ITileKernel
{
    /// <inheritdoc/>
    public static Streams Reads => Streams.Gradient | Streams.Weight | Streams.FirstMoment | Streams.SecondMoment;

    /// <inheritdoc/>
    public static Streams Writes => Streams.FirstMoment | Streams.SecondMoment;

    /// <summary>The kernel: each group takes every tile whose index is its own modulo the number of groups.</summary>
    public static void Run<TWorker>(StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
    {
        int groups = Grid.DimX;
        for (int index = Grid.IdxX; index < views.Tiles.IntLength; index += groups)
        {
            Tile tile = views.Tiles[index];
            k.Flags = views.VariableFlags[tile.Variable];
            SquareSums<float> sums = TWorker.Total(TWorker.Advance<MomentKernel>(tile, views, k));
            if (Group.IdxX == 0)
            {
                views.TileSums[index] = sums;
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Advance<TLane>(ref Element<TLane> e, ref SquareSums<TLane> sums, StepScalars k)
        where TLane : struct, ILane<TLane>
    {
        e.FirstMoment += (e.Gradient - e.FirstMoment) * TLane.Broadcast(k.OneMinusBeta1);
        e.SecondMoment += (e.Gradient * e.Gradient - e.SecondMoment) * TLane.Broadcast(k.OneMinusBeta2);

        TLane update = LambUpdate.Update(e.FirstMoment, e.SecondMoment, k);
        TLane weight = e.Weight - LambUpdate.Decay(e.Weight, k);
        sums.Update += update * update;
        sums.Weight += weight * weight;
    }
}
