namespace Lamb.Gpu.Tests.Oracles;

/// <summary>A variable of an oracle.</summary>
/// <param name="Name">The name.</param>
/// <param name="Shape">The size of each dimension.</param>
/// <param name="Weights">The weights before the first step.</param>
internal sealed record OracleVariable(string Name, long[] Shape, double[] Weights)
{
    /// <summary>Gets whether it does not decay.</summary>
    public bool ExcludedFromWeightDecay { get; init; }

    /// <summary>Gets whether its trust ratio is 1.</summary>
    public bool ExcludedFromTrustRatio { get; init; }
}
