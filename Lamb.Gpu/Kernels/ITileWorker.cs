using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>Who does a tile: a group of lanes, or one thread with vectors.</summary>
internal interface ITileWorker
{
    /// <summary>Runs <typeparamref name="TKernel"/> over the elements of a tile; returns this lane's share of the
    /// sums.</summary>
    static abstract SquareSums<float> Advance<TKernel>(Tile tile, StepViews views, StepScalars k)
        where TKernel : struct, ITileKernel;

    /// <summary>Adds the shares of all lanes of the group, in a fixed order; the total is lane 0's.</summary>
    static abstract SquareSums<float> Total(SquareSums<float> share);
}
