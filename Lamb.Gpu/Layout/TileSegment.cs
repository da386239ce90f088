using ILGPU;
using ILGPU.Runtime;

namespace Lamb.Gpu.Layout;

/// <summary>Neighbours in the tile table that one launch reaches from one pair of base views.</summary>
/// <param name="DataTypes">How the weights and gradients of all of them lie in memory.</param>
/// <param name="Weights">The buffer that <see cref="Tile.Weights"/> counts in; null where a launch reaches every buffer
/// of the device.</param>
/// <param name="Gradients">The buffer that <see cref="Tile.Gradients"/> counts in; null likewise.</param>
/// <param name="First">The index of the first tile.</param>
/// <param name="Count">How many tiles there are.</param>
internal sealed record TileSegment(
    DataTypePair DataTypes, MemoryBuffer? Weights, MemoryBuffer? Gradients, int First, int Count)
{
    /// <summary>The base view of a launch that counts from <paramref name="anchor"/> unless it counts in a
    /// buffer.</summary>
    public static ArrayView<float> BaseOf(MemoryBuffer? buffer, ArrayView<float> anchor) =>
        buffer == null ? anchor : buffer.AsRawArrayView().Cast<float>();
}
