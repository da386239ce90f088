using System.Runtime.CompilerServices;

namespace Lamb.Gpu.Kernels.Formats;

/// <summary>float16 of IEEE 754: 5 bits of exponent, 10 of mantissa, and subnormal numbers in steps of 2⁻²⁴.</summary>
/// <remarks>
/// Subnormal numbers of it are cut out of a float32 by adding a power of two whose last place is the step: neither side
/// needs a shift by a variable count, nor a subnormal float32, which some devices take for zero.
/// </remarks>
internal readonly struct Float16Format : IHalfFormat
{
    private const uint Sign = 0x8000_0000;
    private const uint Infinity = 0x7F80_0000;
    private const uint NaN = 0x7FC0_0000;

    // 2¹⁶, the first that is too large, and 2⁻¹⁴, below which numbers are subnormal.
    private const uint TooLarge = 0x4780_0000;
    private const uint Smallest = 0x3880_0000;

    // 15 and 127 are the biases of the exponents.
    private const uint Rebias = (127 - 15) << 23;

    // The last place of ½ is 2⁻²⁴, that of 2⁻¹⁴ is 2⁻³⁷.
    private const uint Half = 0x3F00_0000;
    private const uint Negative = 0x8000_0000;
    private const uint Dropped = 0x1FFF;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits Unpack<TBits>(TBits half)
        where TBits : struct, IBits<TBits>
    {
        TBits magnitude = half & TBits.Broadcast(0x7FFF), rebias = TBits.Broadcast(Rebias);
        TBits normal = (magnitude << 13) + rebias;
        TBits special = TBits.WhereLess(magnitude, TBits.Broadcast(0x7C00), normal, normal + rebias);
        TBits subnormal = TBits.AddAsFloats(magnitude + TBits.Broadcast(Half), TBits.Broadcast(Half | Negative));
        TBits single = TBits.WhereLess(magnitude, TBits.Broadcast(0x0400), subnormal, special);
        return single | ((half << 16) & TBits.Broadcast(Sign));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits Pack<TBits>(TBits single)
        where TBits : struct, IBits<TBits>
    {
        TBits magnitude = Magnitude(single);
        TBits normal = (magnitude - TBits.Broadcast(Rebias)) >> 13;
        TBits payload = (magnitude >> 13) & TBits.Broadcast(0x03FF);
        TBits special = TBits.WhereLess(
            magnitude, TBits.Broadcast(Infinity), normal, payload | TBits.Broadcast(0x7C00));
        TBits subnormal = TBits.AddAsFloats(magnitude, TBits.Broadcast(Half)) - TBits.Broadcast(Half);
        TBits half = TBits.WhereLess(magnitude, TBits.Broadcast(Smallest), subnormal, special);
        return half | ((single & TBits.Broadcast(Sign)) >> 16);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits Round<TBits>(TBits single)
        where TBits : struct, IBits<TBits>
    {
        TBits magnitude = Magnitude(single);
        TBits odd = (magnitude >> 13) & TBits.Broadcast(1);
        TBits subnormal = TBits.AddAsFloats(
            TBits.AddAsFloats(magnitude, TBits.Broadcast(Half)), TBits.Broadcast(Half | Negative));
        return Joined(single, magnitude + TBits.Broadcast(Dropped >> 1) + odd, subnormal);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits RoundAtRandom<TBits>(TBits single, TBits noise)
        where TBits : struct, IBits<TBits>
    {
        TBits magnitude = Magnitude(single), chance = noise >> 19;
        TBits shifted = TBits.AddAsFloats(magnitude, TBits.Broadcast(Smallest)) + chance;
        TBits subnormal = TBits.AddAsFloats(
            shifted & TBits.Broadcast(~Dropped), TBits.Broadcast(Smallest | Negative));
        return Joined(single, magnitude + chance, subnormal);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits WhereRounded<TBits>(TBits single, TBits rounded, TBits then, TBits otherwise)
        where TBits : struct, IBits<TBits>
    {
        // Folded, since both must be less than 2³¹ to be compared.
        TBits difference = Round(single) ^ rounded;
        TBits any = (difference >> 16) | (difference & TBits.Broadcast(0xFFFF));
        return TBits.WhereLess(any, TBits.Broadcast(1), then, otherwise);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TBits Magnitude<TBits>(TBits single)
        where TBits : struct, IBits<TBits> => single & TBits.Broadcast(~Sign);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TBits Joined<TBits>(TBits single, TBits normal, TBits subnormal)
        where TBits : struct, IBits<TBits>
    {
        TBits magnitude = Magnitude(single), infinity = TBits.Broadcast(Infinity);
        TBits kept = normal & TBits.Broadcast(~Dropped);
        TBits finite = TBits.WhereLess(kept, TBits.Broadcast(TooLarge), kept, infinity);
        TBits rounded = TBits.WhereLess(magnitude, TBits.Broadcast(Smallest), subnormal, finite);
        rounded = TBits.WhereLess(infinity, magnitude, TBits.Broadcast(NaN), rounded);
        return rounded | (single & TBits.Broadcast(Sign));
    }
}
