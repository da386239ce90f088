using System.Runtime.InteropServices;

namespace Lamb.Gpu.Layout;

/// <summary>The tiles of one variable, neighbours in the tile table.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TileRange
{
    /// <summary>The index of the first tile.</summary>
    public int First;

    /// <summary>How many tiles there are: 0 for an empty variable.</summary>
    public int Count;
}
