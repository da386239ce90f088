namespace Lamb.Gpu.Bench.Peers;

/// <summary>Holds the milliseconds of a step in each round.</summary>
/// <param name="Rounds">By the clock.</param>
/// <param name="CpuRounds">Of processor time, over all threads.</param>
internal sealed record StepTimes(IReadOnlyList<double> Rounds, IReadOnlyList<double> CpuRounds)
{
    /// <summary>Gets the median by the clock.</summary>
    public double Median => MedianOf(Rounds);

    /// <summary>Gets the median of processor time.</summary>
    public double CpuMedian => MedianOf(CpuRounds);

    /// <summary>Both in one.</summary>
    public StepTimes And(StepTimes other) => new([.. Rounds, .. other.Rounds], [.. CpuRounds, .. other.CpuRounds]);

    private static double MedianOf(IReadOnlyList<double> rounds)
    {
        double[] ordered = [.. rounds.Order()];
        return (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
    }
}
