using System.Runtime.InteropServices;

namespace Lamb.Gpu.Layout;

/// <summary>A tile, and what is to be done with it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WorkItem
{
    /// <summary>The index of the tile.</summary>
    public int Tile;

    /// <summary>What is done with it: both only where it is the whole of its variable.</summary>
    public WorkStages Stages;
}
