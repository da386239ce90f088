using Lamb.Gpu.Kernels;
using Lamb.Gpu.Step;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Bench.Roofline.Twin;

/// <summary>Does with the twin of a kernel what another worker does with the kernel.</summary>
/// <remarks>Everything around the equation stays the library's own: launches, tiles, loads, stores and sums.</remarks>
/// <typeparam name="TWorker">The other worker.</typeparam>
internal readonly struct TwinWorker<TWorker> : ITileWorker
    where TWorker : struct, ITileWorker
{
    /// <inheritdoc/>
    public static int Lane => TWorker.Lane;

    /// <inheritdoc/>
    public static int Lanes => TWorker.Lanes;

    /// <inheritdoc/>
    public static SquareSums<float> ForEach<TKernel>(Tile tile, StepViews views, StepScalars k)
        where TKernel : struct, ITileKernel => TWorker.ForEach<TwinKernel<TKernel>>(tile, views, k);

    /// <inheritdoc/>
    public static SquareSums<float> Total(SquareSums<float> share) => TWorker.Total(share);
}
