using ILGPU;

namespace Lamb.Gpu.Bench.Train.Backend;

/// <summary>What the embedding reads and writes: a row of the table for each place of each window.</summary>
internal struct EmbeddingViews
{
    /// <summary>One row a symbol: the weights going forward, their gradients going back.</summary>
    public Matrix Table;

    /// <summary>One row a place: the embedded symbols going forward, their gradients going back.</summary>
    public Matrix Places;

    /// <summary>The symbol at each place.</summary>
    public ArrayView<int> Symbols;

    /// <summary>The places in the order of their symbols.</summary>
    public ArrayView<int> PlacesBySymbol;

    /// <summary>Where the places of each symbol start in <see cref="PlacesBySymbol"/>, and the end.</summary>
    public ArrayView<int> Starts;
}
