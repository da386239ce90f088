using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels.WeightAccess;

/// <summary>Anybody may write the weights between two steps: their squares are added up anew in every update.</summary>
internal readonly struct SharedWeights : IWeightAccess
{
    /// <inheritdoc/>
    public static Streams Reads => Streams.Weight;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Before<TPack>(Element<TPack> e)
        where TPack : struct, IPack<TPack> => e.Weight;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddDecayed<TPack>(Element<TPack> e, ref SquareSums<TPack> sums, StepScalars k)
        where TPack : struct, IPack<TPack>
    {
        TPack weight = e.Weight - LambUpdate.Decay(e.Weight, k);
        sums.Weight += weight * weight;
    }

    /// <inheritdoc/>
    public static float Decayed(float added, int index, StepViews views, StepScalars k) => added;

    /// <inheritdoc/>
    public static void Write<TWorker, TKernel>(int index, Tile tile, StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
        where TKernel : struct, ITileKernel => TWorker.ForEach<TKernel>(tile, views, k);
}
