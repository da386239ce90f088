namespace Lamb.Gpu.Golden;

/// <summary>What came of a trajectory that was played, and what is wrong with it.</summary>
/// <param name="Played">One entry an action.</param>
/// <param name="Errors">One entry a tensor.</param>
/// <param name="Wrong">Every difference from Keras beyond its bound, for people; empty where it passed.</param>
internal sealed record TrajectoryVerdict(
    IReadOnlyList<PlayedAction> Played, IReadOnlyList<TensorError> Errors, IReadOnlyList<string> Wrong)
{
    /// <summary>Plays a trajectory on a float32 target and judges it.</summary>
    public static TrajectoryVerdict OfFloat32(Trajectory trajectory, ITrajectoryTarget target)
    {
        IReadOnlyList<PlayedAction> played = TrajectoryPlayer.Play(trajectory, target);
        return Of(trajectory, played, TrajectoryError.OfFloat32(trajectory, played));
    }

    /// <summary>Plays a trajectory on a target in double precision and judges it.</summary>
    public static TrajectoryVerdict OfFloat64(Trajectory trajectory, ITrajectoryTarget target, double bound)
    {
        IReadOnlyList<PlayedAction> played = TrajectoryPlayer.Play(trajectory, target);
        return Of(trajectory, played, TrajectoryError.OfFloat64(trajectory, played, bound));
    }

    private static TrajectoryVerdict Of(
        Trajectory trajectory, IReadOnlyList<PlayedAction> played, IReadOnlyList<TensorError> errors) =>
        new(
            played,
            errors,
            [
                .. PrecisionGapCheck.Differences(trajectory),
                .. ActionCheck.Differences(trajectory, played),
                .. errors.Where(error => !error.Holds).Select(error => error.ToString()),
                .. errors.Where(error => error.Steps == 0).Select(error => $"{error.Tensor} was never compared"),
            ]);
}

/// <summary>Holds the two runs of Keras against what the file says lies between them.</summary>
/// <remarks>
/// What one run is off counts as an error of Keras, and so widens the bounds of a target: a wrong value in a file would
/// otherwise excuse every other wrong value.
/// </remarks>
internal static class PrecisionGapCheck
{
    // The difference is computed anew, in double: it may round otherwise in the last place.
    private const double Rounding = 1e-12;

    /// <summary>Describes each tensor of weights whose two runs are further apart than the file says.</summary>
    public static IEnumerable<string> Differences(Trajectory trajectory) =>
        trajectory.Float32VsFloat64.Comparable
            ? trajectory.Float32.Results.Zip(trajectory.Float64.Results).SelectMany(
                (pair, index) => Differences(trajectory, pair.First, pair.Second, index))
            : [];

    private static IEnumerable<string> Differences(
        Trajectory trajectory, TrajectoryResult float32, TrajectoryResult float64, int index)
    {
        double bound = trajectory.Float32VsFloat64.MaxAbsDiff;
        return (float32.Variables ?? []).Zip(float64.Variables ?? [], LargestDifference)
            .Select((gap, variable) => (gap, trajectory.Variables[variable].Name))
            .Where(tensor => !(tensor.gap <= bound * (1 + Rounding)))
            .Select(tensor => FormattableString.Invariant(
                $"action {index}: the runs of Keras are {tensor.gap:e2} apart in {tensor.Name}; ")
                + FormattableString.Invariant($"the file says at most {bound:e2}, so one of them is wrong"));
    }

    private static double LargestDifference(double[] float32, double[] float64) =>
        float32.Length == float64.Length
            ? float32.Zip(float64, (a, b) => Math.Abs((double)(float)a - b)).DefaultIfEmpty(0).Max()
            : double.PositiveInfinity;
}
