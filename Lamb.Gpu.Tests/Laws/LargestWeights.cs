namespace Lamb.Gpu.Tests.Laws;

/// <summary>The largest weight that each variable has had: what errors of its weights are relative to.</summary>
internal sealed class LargestWeights
{
    private double[] largest = [];

    /// <summary>Takes the weights of now, and fails where others are further from them than a bound.</summary>
    /// <returns>The largest error, as a share of the largest weight.</returns>
    public double AssertClose(
        IReadOnlyList<double[]> expected, IReadOnlyList<double[]> actual, double bound, string when)
    {
        Array.Resize(ref largest, expected.Count);
        double worst = 0;
        for (int i = 0; i < expected.Count; i++)
        {
            largest[i] = Math.Max(largest[i], expected[i].Select(Math.Abs).DefaultIfEmpty(0).Max());
            double difference = expected[i].Zip(actual[i], (x, y) => Math.Abs(x - y)).DefaultIfEmpty(0).Max();
            double error = difference == 0 ? 0 : difference / largest[i];
            Assert.IsTrue(error <= bound, $"{when}, variable {i}: off by {error:g3} of its largest not {bound:g3}");
            worst = Math.Max(worst, error);
        }

        return worst;
    }

    /// <inheritdoc cref="AssertClose(IReadOnlyList{double[]}, IReadOnlyList{double[]}, double, string)"/>
    public double AssertClose(float[][] expected, float[][] actual, double bound, string when) =>
        AssertClose(Widen(expected), Widen(actual), bound, when);

    /// <summary>Widens to double.</summary>
    public static double[][] Widen(IEnumerable<float[]> values) =>
        [.. values.Select(each => each.Select(value => (double)value).ToArray())];
}
