using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Step;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Kernels;

/// <summary>Where Σ(w − λη·w)² of an update comes from: whoever may write w decides.</summary>
internal interface IWeightAccess
{
    /// <summary>The streams that <see cref="AddDecayed"/> needs.</summary>
    static abstract Streams Reads { get; }

    /// <summary>w before the update, for a decay that needs it; 0 where it is not read, and no decay may.</summary>
    static abstract TPack Before<TPack>(Element<TPack> e)
        where TPack : struct, IPack<TPack>;

    /// <summary>Adds the square of a decayed weight, before the update moves it.</summary>
    static abstract void AddDecayed<TPack>(Element<TPack> e, ref SquareSums<TPack> sums, StepScalars k)
        where TPack : struct, IPack<TPack>;

    /// <summary>Σ(w − λη·w)² of a tile, before the update moves it.</summary>
    /// <param name="added">What <see cref="AddDecayed"/> has added.</param>
    /// <param name="index">The index of the tile.</param>
    /// <param name="views">The device.</param>
    /// <param name="k">The scalars, with the flags of the variable.</param>
    static abstract float Decayed(float added, int index, StepViews views, StepScalars k);

    /// <summary>Runs a kernel that writes the weights of a tile.</summary>
    static abstract void Write<TWorker, TKernel>(int index, Tile tile, StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
        where TKernel : struct, ITileKernel;
}

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
