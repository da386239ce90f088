using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>What the last stage of a step does with a tile; the options of the optimizer choose one.</summary>
internal interface IFinish
{
    /// <summary>Does it.</summary>
    static abstract void RunTile<TWorker, TWeights>(int index, Tile tile, StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
        where TWeights : struct, IWeightAccess;
}
