using System.Runtime.CompilerServices;

namespace Lamb.Gpu.Kernels.Formats;

/// <summary>bfloat16: the upper half of a float32.</summary>
internal readonly struct BFloat16Format : IHalfFormat
{
    private const uint UpperHalf = 0xFFFF_0000;
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
        where TBits : struct, IBits<TBits> =>
        Kept(single, single + TBits.Broadcast(0x7FFF) + ((single >> 16) & TBits.Broadcast(1)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits RoundAtRandom<TBits>(TBits single, TBits noise)
        where TBits : struct, IBits<TBits> => Kept(single, single + (noise >> 16));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits WhereRounded<TBits>(TBits single, TBits rounded, TBits then, TBits otherwise)
        where TBits : struct, IBits<TBits> =>

        // Shifted, since both must be less than 2³¹ to be compared; the lower half of both is 0.
        TBits.WhereLess((Round(single) ^ rounded) >> 16, TBits.Broadcast(1), then, otherwise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TBits Kept<TBits>(TBits single, TBits rounded)
        where TBits : struct, IBits<TBits> =>
        TBits.WhereLess(
            TBits.Broadcast(Infinity),
            single & TBits.Broadcast(0x7FFF_FFFF),
            single | TBits.Broadcast(QuietNaN),
            rounded) & TBits.Broadcast(UpperHalf);
}
