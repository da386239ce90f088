using ILGPU;
using ILGPU.Algorithms;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>Makes norms of the tile sums, and of them what the step does: clip factors, loss scale, skip or
/// not.</summary>
/// <remarks>
/// The formulas of keras.optimizers, c the norm that is asked for:
/// <code>
/// of a variable:  c / max(‖g‖, c)
/// of all:         c·min(1/‖g‖, 1/c) + (‖g‖ − ‖g‖)
/// to a norm of 1: ‖g‖ = 0 ? 1 : 1/max(‖g‖, 2⁻¹²⁶) + (‖g‖ − ‖g‖)
/// loss scale:     not finite → skip, scale / 2;  finite for as long as asked → scale · 2
/// </code>
/// Runs before anything is written: a step that is skipped leaves every bit as it was.
/// </remarks>
internal static class DecisionKernel
{
    private const float SmallestNormal = 1.17549435e-38f;

    /// <summary>The kernel: index 0 is all variables together, index i + 1 is variable i.</summary>
    /// <param name="views">The device.</param>
    /// <param name="k">The scalars that the host would take.</param>
    /// <param name="history">The scalars of the last raw iterations.</param>
    /// <param name="slot">Their place among those of the last steps.</param>
    public static void Run<TWorker>(StepViews views, StepScalars k, ArrayView<StepScalars> history, int slot)
        where TWorker : struct, ITileWorker
    {
        int groups = Grid.DimX;
        int count = k.ClipMode == ClipMode.Variable ? views.Ranges.IntLength + 1 : 1;
        for (int index = Grid.IdxX; index < count; index += groups)
        {
            int first = 0, tiles = views.TileSums.IntLength;
            if (index > 0)
            {
                first = views.Ranges[index - 1].First;
                tiles = views.Ranges[index - 1].Count;
            }

            SquareSums<float> sums = TWorker.Total(TileRangeSums.Share<TWorker>(views.TileSums, first, tiles));
            if (TWorker.Lane == 0)
            {
                float norm = GradientSums.Norm(sums);
                views.ClipFactors[index] = index > 0 ? OfVariable(norm, k.ClipLimit)
                    : k.ClipMode == ClipMode.Normalize ? ToOne(norm)
                    : OfAll(norm, k.ClipLimit);
                if (index == 0 && k.IsDynamic)
                {
                    LossScaleDecision.Take(views, history, k, slot, GradientSums.AreFinite(sums));
                }
            }
        }
    }

    // A norm of NaN makes the factor NaN: max returns it in Keras, while on a GPU it would return the limit.
    private static float OfVariable(float norm, float limit) => norm <= limit ? 1f : limit / norm;

    private static float OfAll(float norm, float limit) =>
        (limit * XMath.Min(1 / norm, 1 / limit)) + (norm - norm);

    // A norm below the normal numbers has no reciprocal.
    private static float ToOne(float norm) =>
        norm == 0 ? 1f : (1 / (norm < SmallestNormal ? SmallestNormal : norm)) + (norm - norm);
}
