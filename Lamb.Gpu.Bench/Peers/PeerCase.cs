namespace Lamb.Gpu.Bench.Peers;

/// <summary>Holds a few steps on a few small variables that every peer is checked on, ours included.</summary>
/// <param name="Settings">The numbers of the update.</param>
/// <param name="Tolerance">The error up to which an update counts as the same.</param>
/// <param name="Shapes">The shapes of the variables.</param>
/// <param name="Weights">Where they begin.</param>
/// <param name="Gradients">Their gradients in each step.</param>
/// <param name="Expected">Where they end by the update of Keras, computed by the script in float64.</param>
internal sealed record PeerCase(
    PeerSettings Settings,
    double Tolerance,
    IReadOnlyList<long[]> Shapes,
    IReadOnlyList<float[]> Weights,
    IReadOnlyList<IReadOnlyList<float[]>> Gradients,
    IReadOnlyList<double[]> Expected)
{
    /// <summary>The largest difference from what is expected, relative to the largest weight of a variable; NaN where
    /// there is one.</summary>
    public double ErrorOf(IReadOnlyList<float[]> found) =>
        Expected.Zip(found, (expected, values) =>
            expected.Zip(values, (e, f) => Math.Abs(e - f)).Aggregate(Math.Max) / expected.Max(Math.Abs))
        .Aggregate(Math.Max);
}
