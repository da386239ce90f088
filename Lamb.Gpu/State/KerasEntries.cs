namespace Lamb.Gpu.State;

/// <summary>What <c>optimizer.variables</c> of Keras holds, in its order and under its names.</summary>
internal static class KerasEntries
{
    /// <summary>Makes the table of a training.</summary>
    /// <param name="training">The training.</param>
    /// <param name="isWhole">Whether what Keras does not have comes behind what it has.</param>
    public static StateTable TableOf(Training training, bool isWhole) => new(
    [
        .. LossScale(training),
        .. Counters(training),
        .. Tensors(training, StateStream.All.Where(kept => isWhole || kept.IsOfKeras)),
    ]);

    private static IEnumerable<StateEntry> LossScale(Training training)
    {
        if (training.Options.DynamicLossScale is { } limits)
        {
            // The wrapper of Keras has a counter and a rate of its own, which it never touches.
            yield return StateEntry.Scalar("iteration", () => 0, double.IsFinite, "be finite", _ => { });
            yield return StateEntry.Scalar("learning_rate", () => 0, double.IsFinite, "be finite", _ => { });
            yield return StateEntry.Scalar(
                "step_counter", () => training.ReadLossScale().FiniteSteps,
                value => IsCount(value) && value <= int.MaxValue, "be a count",
                value => training.WriteLossScale(scale => scale with { FiniteSteps = (int)value }));
            yield return StateEntry.Scalar(
                "dynamic_scale", () => training.ReadLossScale().Scale, limits.Allows, limits.Allowed,
                value => training.WriteLossScale(scale => scale with { Scale = (float)value }));
        }
    }

    private static IEnumerable<StateEntry> Counters(Training training)
    {
        yield return StateEntry.Scalar(
            "iteration", () => training.ReadIterations(), IsCount, "be a count",
            value => training.Restore((long)value, true, scale => scale with { SkippedInARow = 0 }));
        if (training.Clock.LearningRate.Number is { } number)
        {
            yield return StateEntry.Scalar(
                "learning_rate", () => number, value => float.IsFinite((float)value), "be finite in float32",
                value => training.Clock.LearningRate = value);
        }
    }

    private static IEnumerable<StateEntry> Tensors(Training training, IEnumerable<StateStream> streams)
    {
        Dictionary<string, string> names = StateTable.KerasNames(training.Variables);
        var isBetweenWindows = new Lazy<bool>(
            () => training.ReadIterations() % training.Clock.Window == 0 && !training.KeepsSums());
        return from alike in streams.GroupBy(kept => kept.KerasPlace)
               orderby alike.Key
               from variable in training.Variables
               from kept in alike
               where kept.Has(training.Options, variable)
               select Tensor(training, kept, variable, names[variable.Name], isBetweenWindows);
    }

    private static StateEntry Tensor(
        Training training, StateStream kept, LambVariable variable, string name, Lazy<bool> isBetweenWindows)
    {
        StateEntry entry = StateTable.Tensor(
            $"{name}_{kept.KerasName}", variable, training.Part(kept, variable), training.Stream);

        // Between two windows Keras has zeros where the next gradient will be stored over what there is. After
        // gradients that overwrite alone the sums of the others go on, in Keras too.
        return kept == StateStream.Accumulator && isBetweenWindows.Value
            ? entry with { Read = () => new double[variable.Length] }
            : entry;
    }

    private static bool IsCount(double value) =>
        value >= 0 && value <= LambStateValue.LargestCount && value == Math.Floor(value);
}
