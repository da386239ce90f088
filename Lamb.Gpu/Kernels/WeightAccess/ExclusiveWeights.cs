using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels.WeightAccess;

/// <summary>Nobody else writes the weights between two steps: whoever writes a tile keeps Σw² of it.</summary>
/// <remarks>
/// Decay is linear, so the sum of the decayed weights needs no weight:
/// <code>
/// Σ(w − λη·w)² = (1 − λη)²·Σw²
/// </code>
/// </remarks>
internal readonly struct ExclusiveWeights : IWeightAccess
{
    /// <inheritdoc/>
    public static Streams Reads => Streams.None;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Before<TPack>(Element<TPack> e)
        where TPack : struct, IPack<TPack> => default;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddDecayed<TPack>(Element<TPack> e, ref SquareSums<TPack> sums, StepScalars k)
        where TPack : struct, IPack<TPack>
    {
    }

    /// <inheritdoc/>
    public static float Decayed(float added, int index, StepViews views, StepScalars k)
    {
        var one = new ScalarPack(1);
        float rest = ScalarPack.Sum(one - LambUpdate.Decay(one, k));
        return views.WeightSums[index] * (rest * rest);
    }

    /// <inheritdoc/>
    public static void Write<TWorker, TKernel>(int index, Tile tile, StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
        where TKernel : struct, ITileKernel => WeightNormKernel<TKernel>.RunTile<TWorker>(index, tile, views, k);
}
