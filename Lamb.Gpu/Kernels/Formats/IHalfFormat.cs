namespace Lamb.Gpu.Kernels.Formats;

/// <summary>A number of 16 bits, and the way to and from float32.</summary>
/// <remarks>Written in bits, not with what a device has for it: every device gets the same ones.</remarks>
internal interface IHalfFormat
{
    /// <summary>The float32 of a number; the upper 16 bits are 0.</summary>
    static abstract TBits Unpack<TBits>(TBits half)
        where TBits : struct, IBits<TBits>;

    /// <summary>The number that a float32 is, exactly.</summary>
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
