using System.Runtime.InteropServices;

namespace Lamb.Gpu.Tiles;

/// <summary>A run of elements of one variable: the unit of work of every streaming kernel.</summary>
/// <remarks>
/// Offsets count elements from the base view of the stream they belong to. They are 64 bits wide, and may be negative,
/// because on CUDA and the CPU one base view reaches every buffer of the device.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct Tile
{
    /// <summary>The first weight, counted from the base view of the weights.</summary>
    public long Weights;

    /// <summary>The first gradient, counted from the base view of the gradients.</summary>
    public long Gradients;

    /// <summary>The first element in each arena of optimizer state.</summary>
    public long State;

    /// <summary>How many elements the tile has: 1 to the tile length of the device.</summary>
    public int Length;

    /// <summary>The index of the variable that the elements belong to.</summary>
    public int Variable;

    /// <summary>Whether so many neighbours may be moved as one: all three offsets are multiples of
    /// <paramref name="width"/>, a power of two.</summary>
    public readonly bool IsAligned(int width) => ((Weights | Gradients | State) & (width - 1)) == 0;
}

/// <summary>The tiles of one variable, neighbours in the tile table.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TileRange
{
    /// <summary>The index of the first tile.</summary>
    public int First;

    /// <summary>How many tiles there are: 0 for an empty variable.</summary>
    public int Count;
}
