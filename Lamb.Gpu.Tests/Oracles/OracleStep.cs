namespace Lamb.Gpu.Tests.Oracles;

/// <summary>A step of an oracle: a tensor a variable.</summary>
/// <param name="Gradients">g.</param>
/// <param name="Weights">w after the step.</param>
internal sealed record OracleStep(IReadOnlyList<double[]> Gradients, IReadOnlyList<double[]> Weights)
{
    /// <summary>Gets m after the step, or null where it was not kept.</summary>
    public IReadOnlyList<double[]>? FirstMoments { get; init; }

    /// <summary>Gets v after the step, or null where it was not kept.</summary>
    public IReadOnlyList<double[]>? SecondMoments { get; init; }
}
