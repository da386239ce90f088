using ILGPU;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

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
