namespace Lamb.Gpu.Golden;

/// <summary>The counters and the tensors of a target at one moment, widened to double.</summary>
/// <remarks>
/// A tensor is null where Keras has none: a variable that its gradient overwrites has no moments and no average. A
/// property is null where the target has nothing of the kind; that is wrong where Keras has it.
/// </remarks>
internal sealed record TargetSnapshot(
    long RawIterations,
    long Iterations,
    IReadOnlyList<double[]> Weights,
    IReadOnlyList<double[]?> FirstMoments,
    IReadOnlyList<double[]?> SecondMoments)
{
    /// <summary>Gets the moving averages of the weights.</summary>
    public IReadOnlyList<double[]?>? Averages { get; init; }

    /// <summary>Gets the sums of the gradients since the last update.</summary>
    public IReadOnlyList<double[]?>? Accumulators { get; init; }

    /// <summary>Gets the dynamic scale of the loss, with its counter.</summary>
    public LossScaleState? LossScale { get; init; }

    /// <summary>Gets how often the last apply called for the rate; the state is the same whatever it is.</summary>
    public int? LearningRateCalls { get; init; }

    /// <summary>Gets what a save would hold, by the names and in the order of Keras.</summary>
    public IReadOnlyList<SavedTensor>? OptimizerVariables { get; init; }

    /// <summary>Tells whether nothing lies between two snapshots, to the bit.</summary>
    public bool IsSameAs(TargetSnapshot other) => LossScale == other.LossScale && IsSameButForLossScaleAs(other);

    /// <summary>Tells whether nothing but a scale of the loss lies between two snapshots, to the bit.</summary>
    public bool IsSameButForLossScaleAs(TargetSnapshot other) =>
        RawIterations == other.RawIterations
        && Iterations == other.Iterations
        && AreSame(Weights, other.Weights)
        && HasSameMomentsAs(other)
        && AreSame(Averages, other.Averages)
        && AreSame(Accumulators, other.Accumulators);

    /// <summary>Tells whether the moments are the same, to the bit.</summary>
    public bool HasSameMomentsAs(TargetSnapshot other) =>
        AreSame(FirstMoments, other.FirstMoments) && AreSame(SecondMoments, other.SecondMoments);

    private static bool AreSame(IReadOnlyList<double[]?>? left, IReadOnlyList<double[]?>? right) =>
        (left ?? []).Zip(right ?? [], (a, b) => Bits(a).SequenceEqual(Bits(b))).All(same => same);

    // Bits, because NaN is not equal to itself and -0 is equal to 0.
    private static IEnumerable<long> Bits(double[]? values) =>
        (values ?? []).Select(BitConverter.DoubleToInt64Bits);
}

/// <summary>A variable of the optimizer itself, as a saved state holds it; a scalar has the shape [].</summary>
internal sealed record SavedTensor(string Name, IReadOnlyList<long> Shape, double[] Values);
