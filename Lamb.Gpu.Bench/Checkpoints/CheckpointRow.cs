namespace Lamb.Gpu.Bench.Checkpoints;

/// <summary>What saving and loading took, beside a copy of the same file.</summary>
/// <param name="Bytes">The bytes of the checkpoint.</param>
/// <param name="Parameters">The weights that it holds.</param>
/// <param name="Save">The seconds of each round.</param>
/// <param name="Load">The seconds of each round.</param>
/// <param name="Copy">The seconds of each round.</param>
internal sealed record CheckpointRow(
    long Bytes, long Parameters, IReadOnlyList<double> Save, IReadOnlyList<double> Load, IReadOnlyList<double> Copy)
{
    /// <summary>Gets the median of the copy's time over that of saving, round by round; 1 is as fast.</summary>
    public double SaveFraction => Median(Copy.Zip(Save, (copy, save) => copy / save));

    /// <summary>Gets the median of the copy's time over that of loading, round by round; 1 is as fast.</summary>
    public double LoadFraction => Median(Copy.Zip(Load, (copy, load) => copy / load));

    /// <summary>Returns the middle of values, or the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
