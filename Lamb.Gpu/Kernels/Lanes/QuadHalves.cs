using System.Runtime.InteropServices;
using Lamb.Gpu.Kernels.Formats;

namespace Lamb.Gpu.Kernels.Lanes;

/// <summary>Four numbers of 16 bits, in memory order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct QuadHalves(uint xy, uint zw)
{
    private readonly uint xy = xy;
    private readonly uint zw = zw;

    /// <summary>The values.</summary>
    public QuadLane Unpacked<TFormat>()
        where TFormat : struct, IHalfFormat => new(
            ScalarLane.Unpacked<TFormat>(xy & 0xFFFF),
            ScalarLane.Unpacked<TFormat>(xy >> 16),
            ScalarLane.Unpacked<TFormat>(zw & 0xFFFF),
            ScalarLane.Unpacked<TFormat>(zw >> 16));
}
