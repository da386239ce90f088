using Lamb.Gpu.Step;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Kernels;

/// <summary>What the last stage of a step does with a tile; the options of the optimizer choose one.</summary>
internal interface IFinish
{
    /// <summary>Does it.</summary>
    static abstract void RunTile<TWorker, TWeights>(int index, Tile tile, StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
        where TWeights : struct, IWeightAccess;
}

/// <summary>Applies, accumulates or overwrites, and averages, as the step and the variable ask for.</summary>
internal readonly struct FullFinish : IFinish
{
    /// <inheritdoc/>
    public static void RunTile<TWorker, TWeights>(int index, Tile tile, StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
        where TWeights : struct, IWeightAccess
    {
        bool hasGradient = (k.Flags & VariableFlags.HasGradient) != 0;
        bool overwrites = (k.Flags & VariableFlags.Overwrite) != 0;
        bool averages = k.AverageMode != AverageMode.None && k.TrainsAny != 0 && !overwrites;
        if (k.Phase != StepPhase.Update)
        {
            Accumulate<TWorker, TWeights>(index, tile, views, k, averages);
        }
        else if (overwrites && hasGradient)
        {
            TWorker.ForEach<OverwriteKernel>(tile, views, k);
        }
        else if (hasGradient && averages)
        {
            TWeights.Write<TWorker, AverageKernel<ApplyKernel>>(index, tile, views, k);
        }
        else if (hasGradient)
        {
            TWeights.Write<TWorker, ApplyKernel>(index, tile, views, k);
        }
        else if (averages)
        {
            TWeights.Write<TWorker, AverageKernel<Idle>>(index, tile, views, k);
        }
    }

    private static void Accumulate<TWorker, TWeights>(
        int index, Tile tile, StepViews views, StepScalars k, bool averages)
        where TWorker : struct, ITileWorker
        where TWeights : struct, IWeightAccess
    {
        if (averages)
        {
            TWeights.Write<TWorker, AverageKernel<AccumulateKernel>>(index, tile, views, k);
        }
        else
        {
            TWorker.ForEach<AccumulateKernel>(tile, views, k);
        }
    }
}

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
