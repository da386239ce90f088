using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Step;

namespace Lamb.Gpu.Kernels;

/// <summary>Replaces the weights by their averages, at the end of training.</summary>
/// <remarks>
/// finalize_variable_values of keras.optimizers:
/// <code>
/// w ← w̄
/// </code>
/// </remarks>
internal readonly struct TakeAverageKernel : ITileKernel
{
    /// <inheritdoc/>
    public static Streams Reads => Streams.Average;

    /// <inheritdoc/>
    public static Streams Writes => Streams.Weight;

    /// <summary>The kernel: each group takes every tile whose index is its own modulo the number of groups.</summary>
    public static void Run<TWorker>(StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
    {
        int groups = Grid.DimX;
        for (int index = Grid.IdxX; index < views.Tiles.IntLength; index += groups)
        {
            TWorker.ForEach<TakeAverageKernel>(views.Tiles[index], views, k);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Compute<TPack>(ref Element<TPack> e, ref SquareSums<TPack> sums, StepScalars k)
        where TPack : struct, IPack<TPack> => e.Weight = e.Average;
}
