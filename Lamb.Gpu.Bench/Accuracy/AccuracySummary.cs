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
