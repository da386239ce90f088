using Lamb.Gpu.Bench.Golden;
using Lamb.Gpu.Bench.Golden.Model;

namespace Lamb.Gpu.Bench.Accuracy;

/// <summary>Says of a played action what the files say of one that Keras has done.</summary>
internal static class PlayedResult
{
    /// <summary>Makes the entry of an action, with all variables and the whole state.</summary>
    public static TrajectoryResult Of(Trajectory trajectory, PlayedAction action)
    {
        TargetSnapshot after = action.After;
        bool isApplied = action.Op == "apply" && action.Refusal == null;
        return new TrajectoryResult(
            action.Op,
            after.RawIterations,
            after.Iterations,
            LearningRate: isApplied ? action.LearningRate : null,
            Skipped: isApplied ? after.RawIterations == action.Before.RawIterations : null,
            IsUpdate: isApplied ? after.Iterations > action.Before.Iterations : null,
            Error: action.Refusal is { } refusal ? new KerasError(refusal.GetType().Name, refusal.Message) : null,
            LossScale: trajectory.LossScaleOptimizer == null ? null : after.LossScale,
            Saved: action.Op == "save_load" ? SavedOf(after) : null,
            Variables: after.Weights,
            State: new TrajectoryState(
                after.FirstMoments, after.SecondMoments, after.Averages, after.Accumulators));
    }

    private static SavedVariable[] SavedOf(TargetSnapshot after) =>
        [.. (after.OptimizerVariables ?? []).Select((one, index) => new SavedVariable(index, one.Shape, one.Values))];
}
