using Lamb.Gpu.Bench.Golden.Model;

namespace Lamb.Gpu.Bench.Golden;

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
