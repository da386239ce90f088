using Lamb.Gpu.Golden;

namespace Lamb.Gpu.Bench.Accuracy;

/// <summary>What many scenarios come to.</summary>
internal sealed class AccuracySummary
{
    private readonly ScenarioAccuracy[] comparable;

    /// <summary>Sorts the rows: the highest ratio first, those without one last, by name.</summary>
    public AccuracySummary(IEnumerable<ScenarioAccuracy> rows)
    {
        Rows = [.. rows.OrderByDescending(row => row.Ratio ?? -1).ThenBy(row => row.Name, StringComparer.Ordinal)];
        comparable = [.. Rows.Where(row => row.Ratio != null)];
    }

    /// <summary>Gets every row.</summary>
    public IReadOnlyList<ScenarioAccuracy> Rows { get; }

    /// <summary>Gets how many hold the checks.</summary>
    public int Passed => Rows.Count(row => row.Passed == true);

    /// <summary>Gets how many do not.</summary>
    public int Failed => Rows.Count(row => row.Passed == false);

    /// <summary>Gets how many the device cannot decide.</summary>
    public int Inconclusive => Rows.Count(row => row.Passed == null);

    /// <summary>Gets how many have an error to compare.</summary>
    public int Comparable => comparable.Length;

    /// <summary>Gets in how many our error is less than Keras's.</summary>
    public int CloserThanKeras => comparable.Count(row => row.IsCloserThanKeras);

    /// <summary>Gets the highest ratio, null without comparable scenarios.</summary>
    public double? WorstRatio => comparable.Max(row => row.Ratio);

    /// <summary>Gets the mean and the largest of our errors, null without comparable scenarios.</summary>
    public (double? Mean, double? Largest) Ours => Of(row => row.Ours);

    /// <summary>Gets the mean and the largest of Keras's errors over the same scenarios.</summary>
    public (double? Mean, double? Largest) Keras => Of(row => row.Keras);

    private (double? Mean, double? Largest) Of(Func<ScenarioAccuracy, double?> error) =>
        (comparable.Average(error), comparable.Max(error));
}

/// <summary>How close to the exact numbers one scenario came, beside Keras in float32.</summary>
/// <remarks>
/// The exact numbers are those of Keras in float64, where rounding is all that lies between its two runs: such a
/// scenario is comparable. With w a tensor of weights after an action that both runs record:
/// <code>
/// error = max over all w of (max|w − w₆₄| / max|w₆₄|)
/// ratio = (our error + 2⁻²⁴) / (Keras's error + 2⁻²⁴)
/// </code>
/// max|w₆₄| counts as no less than the smallest normal float32 number. NaN and each infinity must be where they are in
/// w₆₄; elsewhere the error is infinite. 2⁻²⁴ is the most that half a unit in the last place can be of the largest
/// magnitude of a tensor. Added to both errors, it makes 1 mean: as good as Keras; and rounding of the last place,
/// which no float32 result escapes, counts against neither.
/// </remarks>
/// <param name="Name">The name of the file, without its extension.</param>
/// <param name="Ours">Our error, null where the scenario is not comparable or could not be played.</param>
/// <param name="Keras">The error of Keras in float32, null as before.</param>
/// <param name="Passed">Whether everything is as in Keras, within bounds; null where the device cannot tell.</param>
/// <param name="Reason">Why it did not pass, or null.</param>
internal sealed record ScenarioAccuracy(string Name, double? Ours, double? Keras, bool? Passed, string? Reason)
{
    private const double LastPlace = 1.0 / (1 << 24);

    /// <summary>Gets our error in units of Keras's, both with the last place added; null as they are.</summary>
    public double? Ratio => (Ours + LastPlace) / (Keras + LastPlace);

    /// <summary>Gets whether our error is less than Keras's.</summary>
    public bool IsCloserThanKeras => Ours < Keras;

    /// <summary>Makes a row of a trajectory that was played.</summary>
    /// <param name="name">What the row is called.</param>
    /// <param name="trajectory">What Keras gives.</param>
    /// <param name="verdict">What came of it.</param>
    /// <param name="problem">Why the device cannot tell, or null where it can.</param>
    public static ScenarioAccuracy Of(string name, Trajectory trajectory, TrajectoryVerdict verdict, string? problem)
    {
        bool isComparable = trajectory.Float32VsFloat64.Comparable;
        double? Largest(Func<TensorError, double> error) => isComparable
            ? verdict.Errors.Where(tensor => tensor.IsWeights).Select(error).DefaultIfEmpty(0).Max()
            : null;
        string wrong = string.Join("; ", verdict.Wrong);
        return new ScenarioAccuracy(
            name,
            Largest(tensor => tensor.Ours),
            Largest(tensor => tensor.Keras),
            problem == null ? wrong.Length == 0 : null,
            problem ?? (wrong.Length == 0 ? null : wrong));
    }
}
