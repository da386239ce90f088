using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>Runs the moments of one tile and keeps their sums.</summary>
internal static class MomentSums
{
    /// <summary>Does it for a tile whose variable's flags are in <paramref name="k"/>.</summary>
    public static void Store<TWorker, TMoments>(int index, Tile tile, StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
        where TMoments : struct, ITileKernel
    {
        k.ClipFactor = views.ClipFactors[k.ClipMode == ClipMode.Variable ? tile.Variable + 1 : 0];
        SquareSums<float> sums = TWorker.Total(TWorker.Advance<TMoments>(tile, views, k));
        if (TWorker.Lane == 0)
        {
            views.TileSums[index] = sums;
        }
    }
}
