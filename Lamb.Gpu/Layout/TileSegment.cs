using ILGPU;

namespace Lamb.Gpu.Layout;

/// <summary>Neighbours in the tile table that one launch reaches from one pair of base views.</summary>
/// <param name="Storage">How the weights and gradients of all of them lie in memory.</param>
/// <param name="Weights">The base view that <see cref="Tile.Weights"/> counts from.</param>
/// <param name="Gradients">The base view that <see cref="Tile.Gradients"/> counts from.</param>
/// <param name="First">The index of the first tile.</param>
/// <param name="Count">How many tiles there are.</param>
internal sealed record TileSegment(
    StoragePair Storage, ArrayView<float> Weights, ArrayView<float> Gradients, int First, int Count);
