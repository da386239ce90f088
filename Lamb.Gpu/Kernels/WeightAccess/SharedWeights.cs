using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Lanes;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels.WeightAccess;

/// <summary>Anybody may write the weights between two steps: their squares are added up anew in every update.</summary>
internal readonly struct SharedWeights : IWeightAccess
{
    /// <inheritdoc/>
    public static Streams Reads => Streams.Weight;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Before<TLane>(Element<TLane> e)
        where TLane : struct, ILane<TLane> => e.Weight;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddDecayed<TLane>(Element<TLane> e, ref SquareSums<TLane> sums, StepScalars k)
        where TLane : struct, ILane<TLane>
    {
        TLane weight = e.Weight - LambUpdate.Decay(e.Weight, k);
        sums.Weight += weight * weight;
    }

    /// <inheritdoc/>
    public static float Decayed(float added, int index, StepViews views, StepScalars k) => added;

    /// <inheritdoc/>
    public static void Write<TWorker, TKernel>(int index, Tile tile, StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
        where TKernel : struct, ITileKernel => TWorker.Advance<TKernel>(tile, views, k);
}
