namespace Lamb.Gpu.Bench.Peers;

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
