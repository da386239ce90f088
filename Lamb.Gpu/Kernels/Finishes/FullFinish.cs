using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels.Finishes;

/// <summary>Applies, accumulates or overwrites, and averages, as the step and the variable ask for.</summary>
internal readonly struct FullFinish : IFinish
{
    /// <inheritdoc/>
    public static void Advance<TWorker>(Tile tile, StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
    {
        bool hasGradient = (k.Flags & VariableFlags.HasGradient) != 0;
        bool overwrites = (k.Flags & VariableFlags.Overwrite) != 0;
        bool averages = k.AverageMode != AverageMode.None && k.TrainsAny != 0 && !overwrites;
        if (k.Phase != StepPhase.Update)
        {
            Accumulate<TWorker>(tile, views, k, averages);
        }
        else if (overwrites && hasGradient)
        {
            TWorker.Advance<OverwriteKernel>(tile, views, k);
        }
        else if (hasGradient && averages)
        {
            TWorker.Advance<AverageKernel<ApplyKernel>>(tile, views, k);
        }
        else if (hasGradient)
        {
            TWorker.Advance<ApplyKernel>(tile, views, k);
        }
        else if (averages)
        {
            TWorker.Advance<AverageKernel<Idle>>(tile, views, k);
        }
    }

    private static void Accumulate<TWorker>(Tile tile, StepViews views, StepScalars k, bool averages)
        where TWorker : struct, ITileWorker
    {
        if (averages)
        {
            TWorker.Advance<AverageKernel<AccumulateKernel>>(tile, views, k);
        }
        else
        {
            TWorker.Advance<AccumulateKernel>(tile, views, k);
        }
    }
}
