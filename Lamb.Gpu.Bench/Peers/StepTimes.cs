namespace Lamb.Gpu.Bench.Peers;

/// <summary>Holds the milliseconds of a step in each round.</summary>
internal sealed record StepTimes(IReadOnlyList<double> Rounds)
{
    /// <summary>Gets the round in the middle, or the mean of the two.</summary>
    public double Median
    {
        get
        {
            double[] ordered = [.. Rounds.Order()];
            return (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
        }
    }

    /// <summary>Both in one.</summary>
    public StepTimes And(StepTimes other) => new([.. Rounds, .. other.Rounds]);
}
