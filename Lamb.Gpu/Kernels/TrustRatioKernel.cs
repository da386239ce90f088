using ILGPU;
using ILGPU.Algorithms;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>Adds the tile sums of every variable and divides its norms.</summary>
/// <remarks>
/// LAMB, Algorithm 2 (You et al. 2020, arXiv:1904.00962), for every variable:
/// <code>
/// r = ‖w‖ > 0 and ‖u‖ > 0 ? ‖w‖ / ‖u‖ : 1
/// </code>
/// The tiles are added in a fixed order with their rounding errors kept aside (Kahan 1965), so that the norm of a
/// long variable is as exact as that of a short one.
/// </remarks>
internal static class TrustRatioKernel
{
    /// <summary>The kernel: each group takes every variable whose index is its own modulo the number of
    /// groups.</summary>
    public static void Run<TWorker>(StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
    {
        k = views.Current(k);
        int groups = Grid.DimX;
        int variables = k.Phase == StepPhase.Update ? views.Ranges.IntLength : 0;
        for (int index = Grid.IdxX; index < variables; index += groups)
        {
            k.Flags = views.VariableFlags[index];
            if (k.IsTrained)
            {
                Advance<TWorker>(index, views);
            }
        }
    }

    /// <summary>Does one variable.</summary>
    public static void Advance<TWorker>(int index, StepViews views)
        where TWorker : struct, ITileWorker
    {
        TileRange range = views.Ranges[index];
        SquareSums<float> sums = TWorker.Total(TileRangeSums.Share<TWorker>(views.TileSums, range.First, range.Count));
        if (TWorker.Lane == 0)
        {
            views.TrustRatios[index] = Ratio(XMath.Sqrt(sums.Weight), XMath.Sqrt(sums.Update));
        }
    }

    private static TrustRatio Ratio(float weightNorm, float updateNorm) => new()
    {
        WeightNorm = weightNorm,
        UpdateNorm = updateNorm,
        Value = IsPositive(weightNorm) && IsPositive(updateNorm) ? weightNorm / updateNorm : 1,
    };

    // NaN is asked for by name: ILGPU's OpenCL code turns a branch on x > 0 into one on x <= 0, which NaN passes.
    private static bool IsPositive(float norm) => !XMath.IsNaN(norm) && norm > 0;
}
