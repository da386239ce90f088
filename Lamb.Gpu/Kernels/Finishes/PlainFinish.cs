using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels.Finishes;

/// <summary>Applies the update: no window of accumulation, no average, nothing that is overwritten.</summary>
internal readonly struct PlainFinish : IFinish
{
    /// <inheritdoc/>
    public static void Advance<TWorker>(Tile tile, StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
    {
        if ((k.Flags & VariableFlags.HasGradient) != 0)
        {
            TWorker.Advance<ApplyKernel>(tile, views, k);
        }
    }
}
