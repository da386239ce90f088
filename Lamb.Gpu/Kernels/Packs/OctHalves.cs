using System.Runtime.InteropServices;

namespace Lamb.Gpu.Kernels.Packs;

/// <summary>Eight numbers of 16 bits, in memory order: one load or store of 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct OctHalves(QuadHalves low, QuadHalves high)
{
    /// <summary>The first four.</summary>
    public readonly QuadHalves Low = low;

    /// <summary>The last four.</summary>
    public readonly QuadHalves High = high;
}
