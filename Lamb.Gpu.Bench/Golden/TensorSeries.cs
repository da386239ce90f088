using Lamb.Gpu.Bench.Golden.Model;

namespace Lamb.Gpu.Bench.Golden;

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
