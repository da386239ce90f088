using Lamb.Gpu.Bench.Golden.Model;

namespace Lamb.Gpu.Bench.Golden;

/// <summary>Compares all that is not a tensor, and what must not change at all.</summary>
internal static class ActionCheck
{
    // A rate is a number of its own in float32 or in float64: half a unit in the last place of the one.
    private const double RateBound = 1.0 / (1 << 24);

    /// <summary>Describes every difference, with the number of its action.</summary>
    public static IEnumerable<string> Differences(Trajectory trajectory, IReadOnlyList<PlayedAction> played) =>
        played.SelectMany((action, index) =>
        {
            TrajectoryResult keras = trajectory.Float64.Results[index];
            return OfRefusal(action, keras)
                .Concat(OfCounters(action, keras))
                .Concat(OfRates(action, keras))
                .Concat(OfWhatStays(action, keras))
                .Select(text => $"action {index} ({action.Op}): {text}");
        }).Concat(SavedStateCheck.Differences(trajectory, played));

    private static IEnumerable<string> OfRefusal(PlayedAction action, TrajectoryResult keras)
    {
        if (keras.Error != null && action.Refusal == null)
        {
            yield return $"Keras raises {keras.Error.Type} ({keras.Error.Message}); it was accepted";
        }

        if (keras.Error == null && action.Refusal != null)
        {
            yield return $"Keras accepts it; it was refused: {action.Refusal.Message}";
        }
    }

    private static IEnumerable<string> OfCounters(PlayedAction action, TrajectoryResult keras)
    {
        if (action.After.RawIterations != keras.RawIterations || action.After.Iterations != keras.Iterations)
        {
            yield return $"expected raw_iterations {keras.RawIterations} and iterations {keras.Iterations}; "
                + $"got {action.After.RawIterations} and {action.After.Iterations}";
        }

        if (keras.LossScale != null && keras.LossScale != action.After.LossScale)
        {
            yield return $"expected {keras.LossScale}; got {action.After.LossScale?.ToString() ?? "none"}";
        }
    }

    private static IEnumerable<string> OfRates(PlayedAction action, TrajectoryResult keras)
    {
        if (keras.LearningRate is { } rate && !(Math.Abs(action.LearningRate - rate) <= RateBound * Math.Abs(rate)))
        {
            yield return FormattableString.Invariant($"expected the rate {rate:r}; got {action.LearningRate:r}");
        }

        // Keras calls once for the step and once for each variable that decays; once is enough.
        if (keras.LearningRateCalls is { } calls && calls > 0 != action.After.LearningRateCalls > 0)
        {
            yield return $"expected {calls} calls for the rate; got {action.After.LearningRateCalls}";
        }
    }

    private static IEnumerable<string> OfWhatStays(PlayedAction action, TrajectoryResult keras)
    {
        if (action.Refusal != null && !action.After.IsSameAs(action.Before))
        {
            yield return "it was refused and yet changed something";
        }

        if (keras.Skipped == true && !action.After.IsSameButForLossScaleAs(action.Before))
        {
            yield return "Keras skips it; it changed something other than the scale of the loss";
        }

        if (keras.IsUpdate == false && !action.After.HasSameMomentsAs(action.Before))
        {
            yield return "Keras does not update; it changed a moment";
        }
    }
}
