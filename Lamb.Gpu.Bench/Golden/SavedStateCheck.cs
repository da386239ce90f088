using Lamb.Gpu.Bench.Golden.Model;

namespace Lamb.Gpu.Bench.Golden;

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
