namespace Lamb.Gpu.Bench.Peers;

/// <summary>Holds the variables of a model, by their shapes alone.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Variables">The shape of each variable.</param>
internal sealed record PeerShape(string Name, IReadOnlyList<IReadOnlyList<long>> Variables)
{
    /// <summary>Gets the number of weights.</summary>
    public long Parameters => Variables.Sum(shape => shape.Aggregate(1L, (product, size) => product * size));
}
