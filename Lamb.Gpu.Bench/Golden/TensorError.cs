namespace Lamb.Gpu.Bench.Golden;

/// <summary>How far one tensor is from that of Keras at the worst of its steps, in shares of its magnitude.</summary>
/// <param name="Tensor">Its name.</param>
/// <param name="Ours">The error of the target.</param>
/// <param name="Keras">The error of the float32 run of Keras, 0 where that run is what is compared with.</param>
/// <param name="Bound">What the error may be.</param>
/// <param name="IsWeights">Whether it is what is trained, and not state of the optimizer.</param>
/// <param name="Steps">At how many steps it was compared.</param>
internal sealed record TensorError(
    string Tensor, bool IsWeights, double Ours, double Keras, double Bound, int Steps)
{
    /// <summary>Gets whether the error is within its bound; NaN is not.</summary>
    public bool Holds => Ours <= Bound;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"{Tensor}: error {Ours:e2}, Keras {Keras:e2}, bound {Bound:e2}, {Steps} steps");
}
