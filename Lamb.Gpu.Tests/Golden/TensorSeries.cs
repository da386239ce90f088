using Lamb.Gpu.Tests.Golden.Model;

namespace Lamb.Gpu.Tests.Golden;

/// <summary>One tensor through a trajectory: an entry an action, null where a file does not record it.</summary>
internal sealed record TensorSeries(
    string Name,
    bool IsMoment,
    IReadOnlyList<double[]?> Ours,
    IReadOnlyList<double[]?> Float32,
    IReadOnlyList<double[]?> Float64,
    double[] Scales)
{
    /// <summary>Lists the weights and both moments of every variable.</summary>
    public static IEnumerable<TensorSeries> Of(Trajectory trajectory, IReadOnlyList<PlayedAction> played)
    {
        for (int i = 0; i < trajectory.Variables.Count; i++)
        {
            int variable = i;
            TensorSeries weights = Create(
                trajectory, played, variable, "weights", after => after.Weights, result => result.Variables);
            double[] scales = TensorScale.OfWeights(
                trajectory.Float32VsFloat64.Comparable ? weights.Float64 : weights.Float32);
            yield return weights with { Scales = scales };

            double beta1 = trajectory.FullConfig.Beta1!.Value;
            yield return Create(
                trajectory, played, variable, "m", after => after.FirstMoments, result => result.State?.Momentum) with
            {
                IsMoment = true,
                Scales = TensorScale.OfMoment(trajectory, variable, beta1, 1),
            };

            double beta2 = trajectory.FullConfig.Beta2!.Value;
            yield return Create(
                trajectory, played, variable, "v", after => after.SecondMoments, result => result.State?.Velocity) with
            {
                IsMoment = true,
                Scales = TensorScale.OfMoment(trajectory, variable, beta2, 2),
            };
        }
    }

    private static TensorSeries Create(
        Trajectory trajectory,
        IReadOnlyList<PlayedAction> played,
        int variable,
        string what,
        Func<TargetSnapshot, IReadOnlyList<double[]>> ours,
        Func<TrajectoryResult, IReadOnlyList<double[]?>?> keras) => new(
            $"{what} of {trajectory.Variables[variable].Name}",
            false,
            [.. played.Select(action => ours(action.After)[variable])],
            [.. trajectory.Float32.Results.Select(result => Narrow(keras(result)?[variable]))],
            [.. trajectory.Float64.Results.Select(result => keras(result)?[variable])],
            []);

    // The shortest text of a float is another number when it is read as a double.
    private static double[]? Narrow(double[]? tensor) =>
        tensor == null ? null : [.. tensor.Select(value => (double)(float)value)];
}
