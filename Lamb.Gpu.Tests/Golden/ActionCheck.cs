using Lamb.Gpu.Tests.Golden.Model;

namespace Lamb.Gpu.Tests.Golden;

/// <summary>Compares all that is not a tensor: refusals, counters and rates.</summary>
internal static class ActionCheck
{
    // A rate is a number of its own in float32 or in float64: half a unit in the last place of the one.
    private const double RateBound = 1.0 / (1 << 24);

    /// <summary>Describes every difference, with the number of its action.</summary>
    public static IEnumerable<string> Differences(Trajectory trajectory, IReadOnlyList<PlayedAction> played) =>
        played.SelectMany((action, index) =>
            Differences(action, trajectory.Float64.Results[index])
                .Select(text => $"action {index} ({action.Op}): {text}"));

    private static IEnumerable<string> Differences(PlayedAction action, TrajectoryResult keras)
    {
        if (keras.Error != null && action.Refusal == null)
        {
            yield return $"Keras raises {keras.Error.Type} ({keras.Error.Message}); it was accepted";
        }

        if (keras.Error == null && action.Refusal != null)
        {
            yield return $"Keras accepts it; it was refused: {action.Refusal.Message}";
        }

        if (action.Refusal != null && !action.After.IsSameAs(action.Before))
        {
            yield return "it was refused and yet changed something";
        }

        if (action.After.RawIterations != keras.RawIterations || action.After.Iterations != keras.Iterations)
        {
            yield return $"expected raw_iterations {keras.RawIterations} and iterations {keras.Iterations}; "
                + $"got {action.After.RawIterations} and {action.After.Iterations}";
        }

        if (keras.LearningRate is { } rate && !(Math.Abs(action.LearningRate - rate) <= RateBound * Math.Abs(rate)))
        {
            yield return FormattableString.Invariant($"expected the rate {rate:r}; got {action.LearningRate:r}");
        }
    }
}
