using System.Runtime.InteropServices;
using Lamb.Gpu.Kernels.Formats;

namespace Lamb.Gpu.Kernels.Packs;

/// <summary>Four numbers of 16 bits, in memory order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct QuadHalves(uint xy, uint zw)
{
    private readonly uint xy = xy;
    private readonly uint zw = zw;

    /// <summary>The values.</summary>
    public QuadPack Unpacked<TFormat>()
        where TFormat : struct, IHalfFormat => new(
            ScalarPack.Unpacked<TFormat>(xy & 0xFFFF),
            ScalarPack.Unpacked<TFormat>(xy >> 16),
            ScalarPack.Unpacked<TFormat>(zw & 0xFFFF),
            ScalarPack.Unpacked<TFormat>(zw >> 16));
}
