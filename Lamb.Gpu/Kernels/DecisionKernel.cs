using ILGPU;
using ILGPU.Algorithms;
using Lamb.Gpu.Step;

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
            int first = index > 0 ? views.Ranges[index - 1].First : 0;
            int tiles = index > 0 ? views.Ranges[index - 1].Count : views.TileSums.IntLength;
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

/// <summary>Decides, on the device, what a step under an adapting loss scale does.</summary>
/// <remarks>
/// keras.optimizers.LossScaleOptimizer, between limits that it has not: what is skipped advances no counter, that of
/// schedules included. Written twice, since the caller is given the second one to read, and may write it.
/// </remarks>
internal static class LossScaleDecision
{
    /// <summary>Writes the scalars of this call and the state of the loss scale after it.</summary>
    /// <param name="views">The device.</param>
    /// <param name="history">The scalars of the last raw iterations; a power of two of them.</param>
    /// <param name="newest">The scalars of the largest raw iteration that there can be.</param>
    /// <param name="slot">Their place among the others.</param>
    /// <param name="isFinite">Whether every gradient is finite.</param>
    public static void Take(
        StepViews views, ArrayView<StepScalars> history, StepScalars newest, int slot, bool isFinite)
    {
        history[slot] = newest;
        LossScaleState state = views.LossScale[0];
        int mask = history.IntLength - 1;
        StepScalars k = history[(int)state.RawIterations & mask];
        k.GradientScale = 1 / state.Scale;
        k.TrainsAny = newest.TrainsAny;
        if (newest.RateFollowsIterations == 0)
        {
            k.LearningRate = newest.LearningRate;
            k.WeightDecayRate = newest.WeightDecayRate;
        }

        k.Phase = state.KeepsSums != 0 && k.Phase == StepPhase.Store ? StepPhase.Add : k.Phase;
        if (isFinite)
        {
            state.KeepsSums = k.Phase == StepPhase.Update ? 1 - k.TrainsAny : state.KeepsSums;
            state.RawIterations++;
            state.SkippedInARow = 0;

            // Not counted up first: a counter that was loaded may be the largest there is.
            bool grows = state.FiniteSteps >= newest.GrowthSteps - 1;
            state.FiniteSteps = grows ? 0 : state.FiniteSteps + 1;
            if (grows)
            {
                state.Scale = state.Scale < newest.MaxScale / 2 ? state.Scale * 2 : newest.MaxScale;
            }
        }
        else
        {
            k.Phase = StepPhase.Skip;
            state.FiniteSteps = 0;
            state.SkippedInARow += state.SkippedInARow < int.MaxValue ? 1 : 0;
            state.Scale = state.Scale > newest.MinScale * 2 ? state.Scale / 2 : newest.MinScale;
        }

        state.Calls++;
        state.Check = state.RawIterations + state.Calls;
        views.Scalars[0] = k;
        views.LossScale[0] = state;
        views.LossScale[1] = state;
    }
}
