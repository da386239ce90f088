using System.Runtime.CompilerServices;

namespace Lamb.Gpu.Kernels.Formats;

/// <summary>How a number is stored, and the way to and from the float32 that is computed with.</summary>
/// <remarks>Written in bits, not with what a device has for it: every device gets the same ones.</remarks>
internal interface IFormat
{
    /// <summary>Bytes per number: 4, or 2 for the 16-bit formats.</summary>
    static abstract int Size { get; }

    /// <summary>Whether a result is rounded to one of its two neighbours by chance, or to the nearest.</summary>
    static abstract bool IsStochastic { get; }

    /// <summary>The float32 of a stored number; the upper 16 bits of a 16-bit number are 0.</summary>
    static abstract TBits Unpack<TBits>(TBits stored)
        where TBits : struct, IBits<TBits>;

    /// <summary>The stored number that a float32 is exactly.</summary>
    static abstract TBits Pack<TBits>(TBits single)
        where TBits : struct, IBits<TBits>;

    /// <summary>The float32 nearest to another that the format holds, ties to even.</summary>
    static abstract TBits Round<TBits>(TBits single)
        where TBits : struct, IBits<TBits>;

    /// <summary>One of the two around it, the nearer the likelier; <paramref name="noise"/> has 32 random
    /// bits.</summary>
    static abstract TBits RoundAtRandom<TBits>(TBits single, TBits noise)
        where TBits : struct, IBits<TBits>;

    /// <summary>Chooses by whether a float32 that the format holds is, bit by bit, what <see cref="Round"/> makes of
    /// another.</summary>
    static abstract TBits WhereRounded<TBits>(TBits single, TBits rounded, TBits then, TBits otherwise)
        where TBits : struct, IBits<TBits>;
}

/// <summary>float32 of IEEE 754: stored as it is.</summary>
internal readonly struct Float32Format : IFormat
{
    /// <inheritdoc/>
    public static int Size
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(float);
    }

    /// <inheritdoc/>
    public static bool IsStochastic
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits Unpack<TBits>(TBits stored)
        where TBits : struct, IBits<TBits> => stored;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits Pack<TBits>(TBits single)
        where TBits : struct, IBits<TBits> => single;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits Round<TBits>(TBits single)
        where TBits : struct, IBits<TBits> => single;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits RoundAtRandom<TBits>(TBits single, TBits noise)
        where TBits : struct, IBits<TBits> => single;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits WhereRounded<TBits>(TBits single, TBits rounded, TBits then, TBits otherwise)
        where TBits : struct, IBits<TBits> => then;
}

/// <summary>A format whose numbers are rounded by chance: right in the mean over many steps.</summary>
/// <typeparam name="TFormat">The format.</typeparam>
internal readonly struct Stochastic<TFormat> : IFormat
    where TFormat : struct, IFormat
{
    /// <inheritdoc/>
    public static int Size
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TFormat.Size;
    }

    /// <inheritdoc/>
    public static bool IsStochastic
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits Unpack<TBits>(TBits stored)
        where TBits : struct, IBits<TBits> => TFormat.Unpack(stored);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits Pack<TBits>(TBits single)
        where TBits : struct, IBits<TBits> => TFormat.Pack(single);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits Round<TBits>(TBits single)
        where TBits : struct, IBits<TBits> => TFormat.Round(single);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits RoundAtRandom<TBits>(TBits single, TBits noise)
        where TBits : struct, IBits<TBits> => TFormat.RoundAtRandom(single, noise);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits WhereRounded<TBits>(TBits single, TBits rounded, TBits then, TBits otherwise)
        where TBits : struct, IBits<TBits> => TFormat.WhereRounded(single, rounded, then, otherwise);
}
