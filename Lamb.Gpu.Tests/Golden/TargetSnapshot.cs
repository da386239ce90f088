namespace Lamb.Gpu.Tests.Golden;

/// <summary>The counters and the tensors of a target at one moment, widened to double.</summary>
internal sealed record TargetSnapshot(
    long RawIterations,
    long Iterations,
    IReadOnlyList<double[]> Weights,
    IReadOnlyList<double[]> FirstMoments,
    IReadOnlyList<double[]> SecondMoments)
{
    /// <summary>Tells whether nothing lies between two snapshots, to the bit.</summary>
    public bool IsSameAs(TargetSnapshot other) =>
        RawIterations == other.RawIterations
        && Iterations == other.Iterations
        && AreSame(Weights, other.Weights)
        && AreSame(FirstMoments, other.FirstMoments)
        && AreSame(SecondMoments, other.SecondMoments);

    private static bool AreSame(IReadOnlyList<double[]> left, IReadOnlyList<double[]> right) =>
        left.Zip(right, (a, b) => Bits(a).SequenceEqual(Bits(b))).All(same => same);

    // Bits, because NaN is not equal to itself and -0 is equal to 0.
    private static IEnumerable<long> Bits(double[] values) => values.Select(BitConverter.DoubleToInt64Bits);
}
