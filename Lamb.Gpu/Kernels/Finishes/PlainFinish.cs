using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels.Finishes;

/// <summary>Applies the update: no window of accumulation, no average, nothing that is overwritten.</summary>
internal readonly struct PlainFinish : IFinish
{
    /// <inheritdoc/>
    public static void RunTile<TWorker, TWeights>(int index, Tile tile, StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
        where TWeights : struct, IWeightAccess
    {
        if ((k.Flags & VariableFlags.HasGradient) != 0)
        {
            TWeights.Write<TWorker, ApplyKernel>(index, tile, views, k);
        }
    }
}
