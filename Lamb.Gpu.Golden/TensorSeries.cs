namespace Lamb.Gpu.Golden;

/// <summary>One tensor through a trajectory: an entry an action, null where it is not recorded or not shown.</summary>
/// <param name="FollowsWeights">Whether it is made of weights, so that trust ratios have gone into it.</param>
/// <param name="Roundings">How often an element has been rounded on its way, at most.</param>
/// <param name="Scales">Its magnitude after each action.</param>
internal sealed record TensorSeries(
    string Name,
    bool FollowsWeights,
    long Roundings,
    IReadOnlyList<double[]?> Ours,
    IReadOnlyList<double[]?> Float32,
    IReadOnlyList<double[]?> Float64,
    double[] Scales)
{
    /// <summary>Gets whether it is what is trained, and not state of the optimizer.</summary>
    public bool IsWeights { get; private init; }

    /// <summary>Lists the weights of every variable, and the state that Keras keeps for it.</summary>
    public static IEnumerable<TensorSeries> Of(Trajectory trajectory, IReadOnlyList<PlayedAction> played)
    {
        for (int variable = 0; variable < trajectory.Variables.Count; variable++)
        {
            TensorSeries weights = OfWeights(trajectory, played, variable);
            yield return weights;
            foreach (TensorSeries state in new StateSeries(trajectory, played, variable).All(weights.Scales))
            {
                yield return state;
            }
        }
    }

    /// <summary>Rounds what Keras has in float32: the shortest text of a float is another number as a double.</summary>
    public static double[]? Narrow(double[]? tensor) =>
        tensor == null ? null : [.. tensor.Select(value => (double)(float)value)];

    private static TensorSeries OfWeights(
        Trajectory trajectory, IReadOnlyList<PlayedAction> played, int variable)
    {
        double[]?[] float32 = [.. trajectory.Float32.Results.Select(result => Narrow(result.Variables?[variable]))];
        double[]?[] float64 = [.. trajectory.Float64.Results.Select(result => result.Variables?[variable])];
        return new TensorSeries(
            $"weights of {trajectory.Variables[variable].Name}",
            true,
            trajectory.Float32.Results[^1].Iterations,
            [.. played.Select(action => action.After.Weights[variable])],
            float32,
            float64,
            TensorScale.OfWeights(trajectory.Float32VsFloat64.Comparable ? float64 : float32))
        {
            IsWeights = true,
        };
    }
}

/// <summary>The state that Keras keeps for one variable, as the optimizer shows it and as it is saved.</summary>
/// <param name="trajectory">What Keras records.</param>
/// <param name="played">What the target shows.</param>
/// <param name="variable">The index of the variable.</param>
internal sealed class StateSeries(Trajectory trajectory, IReadOnlyList<PlayedAction> played, int variable)
{
    private readonly TrajectoryConfig config = trajectory.FullConfig;
    private readonly string variableName = trajectory.Variables[variable].Name;

    /// <summary>Lists all that the file records of it.</summary>
    /// <param name="weightScales">The scale of the weights after each action.</param>
    public IEnumerable<TensorSeries> All(double[] weightScales)
    {
        TrajectoryResult last = trajectory.Float32.Results[^1];
        TensorSeries m = Create("momentum", after => after.FirstMoments, state => state.Momentum) with
        {
            Roundings = last.Iterations,
            Scales = TensorScale.OfMoment(trajectory, variable, config.Beta1!.Value, 1),
        };
        TensorSeries v = Create("velocity", after => after.SecondMoments, state => state.Velocity) with
        {
            Roundings = last.Iterations,
            Scales = TensorScale.OfMoment(trajectory, variable, config.Beta2!.Value, 2),
        };
        TensorSeries average = Create("average", after => after.Averages, state => state.Average) with
        {
            FollowsWeights = true,
            Roundings = last.RawIterations,
            Scales = TensorScale.OfAverage(trajectory.Variables[variable].Initial, weightScales),
        };
        TensorSeries accumulator = Create(
            "gradient_accumulator", after => after.Accumulators, state => state.Accumulator) with
        {
            Roundings = config.GradientAccumulationSteps ?? 1,
            Scales = TensorScale.OfAccumulator(trajectory, variable),
        };
        return new[] { m, v, average, accumulator }
            .Where(series => series.Float32.Any(tensor => tensor != null))
            .SelectMany(series => SavedLike(series).Prepend(series));
    }

    private TensorSeries Create(
        string name,
        Func<TargetSnapshot, IReadOnlyList<double[]?>?> ours,
        Func<TrajectoryState, IReadOnlyList<double[]?>?> keras)
    {
        double[]? KerasTensor(TrajectoryResult result) =>
            result.State == null ? null : keras(result.State)?[variable];
        return new TensorSeries(
            $"{variableName}_{name}",
            false,
            0,
            [.. played.Select(action => ours(action.After)?[variable])],
            [.. trajectory.Float32.Results.Select(result => TensorSeries.Narrow(KerasTensor(result)))],
            [.. trajectory.Float64.Results.Select(KerasTensor)],
            []);
    }

    // At the same place of the list as in Keras: its order is under test too. The float64 run does not repeat there
    // what it has in its state.
    private IEnumerable<TensorSeries> SavedLike(TensorSeries series)
    {
        int place = trajectory.OptimizerVariables.ToList().FindIndex(saved => saved.Name == series.Name);
        if (!trajectory.Float32.Results.Any(result => result.Saved != null))
        {
            return [];
        }

        double[]? Ours(PlayedAction action, int index) => trajectory.Float32.Results[index].Saved == null
            ? null
            : action.After.OptimizerVariables?.ElementAtOrDefault(place)?.Values;
        return
        [
            series with
            {
                Name = $"saved {series.Name}",
                Ours = [.. played.Select(Ours)],
                Float32 =
                [
                    .. trajectory.Float32.Results.Select(
                        result => TensorSeries.Narrow(result.Saved?.Single(saved => saved.Index == place).Values)),
                ],
            },
        ];
    }
}
