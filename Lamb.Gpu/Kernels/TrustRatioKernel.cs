using ILGPU;
using ILGPU.Algorithms;
using Lamb.Gpu.Step;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Kernels;

/// <summary>Adds the tile sums of every variable and divides its norms.</summary>
/// <remarks>
/// LAMB, Algorithm 2 (You et al. 2020, arXiv:1904.00962), for every variable that is not excluded:
/// <code>
/// φ = min(max(‖w‖, γl), γu)                                 ‖w‖ without limits
/// r = φ > 0 and ‖u‖ > 0 ? min(max(φ / ‖u‖, rl), ru) : 1     φ / ‖u‖ without limits
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
                RunVariable<TWorker>(index, views, k);
            }
        }
    }

    /// <summary>Does one variable, whose flags are in <paramref name="k"/>.</summary>
    public static void RunVariable<TWorker>(int index, StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
    {
        TileRange range = views.Ranges[index];
        SquareSums<float> sums = TWorker.Total(TileRangeSums.Share<TWorker>(views.TileSums, range.First, range.Count));
        if (TWorker.Lane == 0)
        {
            views.TrustRatios[index] = Ratio(XMath.Sqrt(sums.Weight), XMath.Sqrt(sums.Update), k);
        }
    }

    private static TrustRatio Ratio(float weightNorm, float updateNorm, StepScalars k)
    {
        float limited = Limited(weightNorm, k.WeightNormMin, k.WeightNormMax);
        bool adapts = (k.Flags & VariableFlags.Adapts) != 0 && IsPositive(limited) && IsPositive(updateNorm);
        return new TrustRatio
        {
            WeightNorm = weightNorm,
            UpdateNorm = updateNorm,
            Value = adapts ? Limited(limited / updateNorm, k.TrustRatioMin, k.TrustRatioMax) : 1,
        };
    }

    // NaN stays NaN: min and max would drop it on a GPU, and a comparison may let it pass.
    private static float Limited(float value, float minimum, float maximum)
    {
        if (XMath.IsNaN(value))
        {
            return value;
        }

        float raised = value < minimum ? minimum : value;
        return raised > maximum ? maximum : raised;
    }

    // NaN is asked for by name: ILGPU's OpenCL code turns a branch on x > 0 into one on x <= 0, which NaN passes.
    private static bool IsPositive(float norm) => !XMath.IsNaN(norm) && norm > 0;
}
