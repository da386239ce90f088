using ILGPU;

namespace Lamb.Gpu.Sample;

/// <summary>Looks every place of every window up in the table of embeddings.</summary>
/// <remarks><code>x[place] = table[symbol[place]]</code></remarks>
internal static class EmbeddingKernel
{
    /// <summary>The kernel: each group takes every place whose index is its own modulo the number of groups.</summary>
    public static void Run<TBackend>(EmbeddingViews views)
        where TBackend : struct, IBackend
    {
        int groups = Grid.DimX;
        for (int place = Grid.IdxX; place < views.Places.Rows; place += groups)
        {
            TBackend.Embed(views, place);
        }
    }
}

/// <summary>Adds the gradients of all places up, symbol by symbol.</summary>
/// <remarks>
/// <code>∂table[symbol] = Σ ∂x[place]  over the places of the symbol</code>
/// The places come sorted by symbol, so that one worker adds them in a fixed order and nobody needs an atomic.
/// </remarks>
internal static class EmbeddingGradientKernel
{
    /// <summary>The kernel: each group takes every symbol that equals its index modulo the number of groups.</summary>
    public static void Run<TBackend>(EmbeddingViews views)
        where TBackend : struct, IBackend
    {
        int groups = Grid.DimX;
        for (int symbol = Grid.IdxX; symbol < views.Table.Rows; symbol += groups)
        {
            TBackend.SumPlaces(views, symbol);
        }
    }
}

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
