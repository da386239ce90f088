
namespace Lamb.Gpu.Sample;

/// <summary>Who does a piece of a kernel's work: a group of lanes, or one thread of the CPU with vectors.</summary>
internal interface IBackend
{
    /// <summary>The rows of a tile of a product.</summary>
    static abstract int TileRows { get; }

    /// <summary>The columns of a tile of a product.</summary>
    static abstract int TileColumns { get; }

    /// <summary>Computes the tile of a product that starts at a row and a column.</summary>
    static abstract void Multiply<TEpilogue>(MatrixProduct product, int row, int column)
        where TEpilogue : struct, IEpilogue;

    /// <summary>Turns one row of logits into its loss and its gradients.</summary>
    static abstract void Softmax(SoftmaxViews views, int row);

    /// <summary>Copies the row of its symbol to a place.</summary>
    static abstract void Embed(EmbeddingViews views, int place);

    /// <summary>Sums the gradients of all places of a symbol.</summary>
    static abstract void SumPlaces(EmbeddingViews views, int symbol);
}
