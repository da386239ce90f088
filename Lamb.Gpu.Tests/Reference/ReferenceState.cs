using Lamb.Gpu.Golden;

namespace Lamb.Gpu.Tests.Reference;

/// <summary>The variables of the optimizer itself, by the names and in the order of Keras: what is saved.</summary>
/// <remarks>
/// <code>
/// of a LossScaleOptimizer: iteration (0), learning_rate (0), step_counter, dynamic_scale
/// iteration, learning_rate unless it is a schedule or a function
/// average of every variable
/// gradient_accumulator of every variable
/// momentum and velocity of every variable, side by side
/// </code>
/// What a gradient overwrites has an accumulator and nothing else.
/// </remarks>
internal static class ReferenceState
{
    /// <summary>Copies the state.</summary>
    public static IReadOnlyList<SavedTensor> Save(LambReference optimizer, LossScaleReference? wrapper) =>
        [.. Slots(optimizer, wrapper).Select(slot => new SavedTensor(slot.Name, slot.Shape, [.. slot.Read()]))];

    /// <summary>Writes a saved state to an optimizer with the same options and variables.</summary>
    /// <exception cref="ArgumentException">The state is not one of such an optimizer.</exception>
    public static void Load(
        IReadOnlyList<SavedTensor> saved, LambReference optimizer, LossScaleReference? wrapper)
    {
        StateSlot[] slots = [.. Slots(optimizer, wrapper)];
        if (!slots.Select(slot => slot.Name).SequenceEqual(saved.Select(tensor => tensor.Name)))
        {
            throw new ArgumentException("The saved state has other variables than the optimizer.", nameof(saved));
        }

        foreach ((StateSlot slot, SavedTensor tensor) in slots.Zip(saved))
        {
            slot.Write(tensor.Values);
        }
    }

    private static IEnumerable<StateSlot> Slots(LambReference optimizer, LossScaleReference? wrapper) =>
        (wrapper == null ? [] : Scalars(wrapper)).Concat(Scalars(optimizer)).Concat(Tensors(optimizer));

    // The counter and the rate of the wrapper are its own, and it uses neither.
    private static IEnumerable<StateSlot> Scalars(LossScaleReference wrapper) =>
    [
        StateSlot.Of("iteration", () => 0, _ => { }),
        StateSlot.Of("learning_rate", () => 0, _ => { }),
        StateSlot.Of("step_counter", () => wrapper.StepCounter, value => wrapper.StepCounter = (int)value),
        StateSlot.Of("dynamic_scale", () => wrapper.DynamicScale, value => wrapper.DynamicScale = value),
    ];

    private static IEnumerable<StateSlot> Scalars(LambReference optimizer)
    {
        yield return StateSlot.Of(
            "iteration", () => optimizer.RawIterations, value => optimizer.RawIterations = (long)value);
        if (optimizer.LearningRate.Number is { } rate)
        {
            yield return StateSlot.Of("learning_rate", () => rate, value => optimizer.LearningRate = value);
        }
    }

    private static IEnumerable<StateSlot> Tensors(LambReference optimizer)
    {
        ReferenceVariable[] trained = [.. optimizer.Variables.Where(variable => !variable.IsOverwritten)];
        IEnumerable<StateSlot> averages = optimizer.Options.UseEma
            ? trained.Select(variable => StateSlot.Of(variable, "average", variable.Average))
            : [];
        IEnumerable<StateSlot> accumulators = optimizer.Options.GradientAccumulationSteps > 0
            ? optimizer.Variables.Select(
                variable => StateSlot.Of(variable, "gradient_accumulator", variable.Accumulator))
            : [];
        return averages.Concat(accumulators).Concat(trained.SelectMany(variable => new[]
        {
            StateSlot.Of(variable, "momentum", variable.FirstMoment),
            StateSlot.Of(variable, "velocity", variable.SecondMoment),
        }));
    }

    private sealed record StateSlot(
        string Name, IReadOnlyList<long> Shape, Func<double[]> Read, Action<double[]> Write)
    {
        public static StateSlot Of(string name, Func<double> read, Action<double> write) =>
            new(name, [], () => [read()], values => write(values[0]));

        public static StateSlot Of(ReferenceVariable variable, string name, double[] tensor) =>
            new($"{variable.Name}_{name}", variable.Shape, () => tensor, values => values.CopyTo(tensor, 0));
    }
}
