using Lamb.Gpu.Step;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Kernels;

/// <summary>Who does a tile: a group of lanes, or one thread with vectors.</summary>
internal interface ITileWorker
{
    /// <summary>The index of this lane in its group.</summary>
    static abstract int Lane { get; }

    /// <summary>How many lanes the group has.</summary>
    static abstract int Lanes { get; }

    /// <summary>Runs <typeparamref name="TKernel"/> over the elements of a tile; returns this lane's share of the
    /// sums.</summary>
    static abstract SquareSums<float> ForEach<TKernel>(Tile tile, StepViews views, StepScalars k)
        where TKernel : struct, ITileKernel;

    /// <summary>Adds the shares of all lanes of the group, in a fixed order; the total is lane 0's.</summary>
    static abstract SquareSums<float> Total(SquareSums<float> share);
}
