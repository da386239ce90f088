namespace Lamb.Gpu.Golden;

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

/// <summary>Compares the variables of the optimizer itself: names, shapes, order, and those that are numbers.</summary>
internal static class SavedStateCheck
{
    // A rate is rounded to float32, by half a unit in the last place; counters and scales are exact in both.
    private const double RateBound = 1.0 / (1 << 24);

    private static readonly string[] Numbers = ["iteration", "learning_rate", "step_counter", "dynamic_scale"];

    /// <summary>Describes every difference: before the first action, and where Keras saved.</summary>
    public static IEnumerable<string> Differences(Trajectory trajectory, IReadOnlyList<PlayedAction> played)
    {
        // A target may show them nowhere but where they are saved.
        if (played[0].Before.OptimizerVariables is { } initial)
        {
            foreach (string text in OfNames(trajectory, initial))
            {
                yield return $"before any action: {text}";
            }
        }

        for (int i = 0; i < played.Count; i++)
        {
            if (trajectory.Float32.Results[i].Saved is { } saved)
            {
                IReadOnlyList<SavedTensor> actual = played[i].After.OptimizerVariables ?? [];
                foreach (string text in OfNames(trajectory, actual).Concat(OfNumbers(saved, actual)))
                {
                    yield return $"action {i} ({played[i].Op}): {text}";
                }
            }
        }
    }

    private static IEnumerable<string> OfNames(Trajectory trajectory, IReadOnlyList<SavedTensor> actual)
    {
        string[] expected = [.. trajectory.OptimizerVariables.Select(one => Text(one.Name, one.Shape))];
        string[] got = [.. actual.Select(one => Text(one.Name, one.Shape))];
        return expected.SequenceEqual(got)
            ? []
            : [$"expected the optimizer variables {string.Join(", ", expected)}; got {string.Join(", ", got)}"];
    }

    private static IEnumerable<string> OfNumbers(
        IReadOnlyList<SavedVariable> expected, IReadOnlyList<SavedTensor> actual) =>
        from pair in expected.Zip(actual)
        where Numbers.Contains(pair.Second.Name)
        let keras = pair.First.Values[0]
        let ours = pair.Second.Values[0]
        where !(Math.Abs(ours - keras) <= RateBound * Math.Abs(keras))
        select FormattableString.Invariant($"expected the saved {pair.Second.Name} {keras:r}; got {ours:r}");

    private static string Text(string name, IReadOnlyList<long> shape) => $"{name}[{string.Join(", ", shape)}]";
}
