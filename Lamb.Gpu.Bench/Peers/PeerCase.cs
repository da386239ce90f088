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

/// <summary>Holds the numbers of an update, by the names of the script.</summary>
/// <param name="Rate">The learning rate.</param>
/// <param name="Beta1">The decay of the first moment.</param>
/// <param name="Beta2">The decay of the second moment.</param>
/// <param name="Epsilon">The number beside the root.</param>
/// <param name="Decay">The weight decay.</param>
internal sealed record PeerSettings(double Rate, double Beta1, double Beta2, double Epsilon, double Decay)
{
    /// <summary>What is timed; the time does not depend on the numbers.</summary>
    public static PeerSettings Timed { get; } = new(1e-3, 0.9, 0.999, 1e-7, 0.01);

    /// <summary>Gets the same as options of ours.</summary>
    public LambOptions Options => new()
    {
        LearningRate = Rate,
        Beta1 = Beta1,
        Beta2 = Beta2,
        Epsilon = Epsilon,
        WeightDecay = Decay,
    };
}
