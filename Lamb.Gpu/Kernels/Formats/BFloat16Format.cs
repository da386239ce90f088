using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Bits;

namespace Lamb.Gpu.Kernels.Formats;

/// <summary>bfloat16: the upper half of a float32.</summary>
internal readonly struct BFloat16Format : IHalfFormat
{
    private const uint Kept = 0xFFFF_0000;
    private const uint Infinity = 0x7F80_0000;
    private const uint QuietNaN = 0x0040_0000;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits Unpack<TBits>(TBits half)
        where TBits : struct, IBits<TBits> => half << 16;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits Pack<TBits>(TBits single)
        where TBits : struct, IBits<TBits> => single >> 16;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits Round<TBits>(TBits single)
        where TBits : struct, IBits<TBits>
    {
        TBits odd = (single >> 16) & TBits.Broadcast(1);
        return Finite(single, single + TBits.Broadcast(0x7FFF) + odd);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits RoundAtRandom<TBits>(TBits single, TBits noise)
        where TBits : struct, IBits<TBits> => Finite(single, single + (noise >> 16));

    // What is not finite is not rounded: a carry would turn NaN into zero, and chance infinity into NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TBits Finite<TBits>(TBits single, TBits rounded)
        where TBits : struct, IBits<TBits>
    {
        var infinity = TBits.Broadcast(Infinity);
        TBits magnitude = single & TBits.Broadcast(0x7FFF_FFFF);
        TBits special = TBits.WhereLess(infinity, magnitude, single | TBits.Broadcast(QuietNaN), single);
        return TBits.WhereLess(magnitude, infinity, rounded, special) & TBits.Broadcast(Kept);
    }
}
