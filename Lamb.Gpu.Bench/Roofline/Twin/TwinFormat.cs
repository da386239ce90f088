using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Formats;

namespace Lamb.Gpu.Bench.Roofline.Twin;

/// <summary>bfloat16 without rounding: the upper half of a float32 goes to memory as it is, which computes
/// nothing.</summary>
internal readonly struct TwinFormat : IFormat
{
    /// <inheritdoc/>
    public static int Size
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(ushort);
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
        where TBits : struct, IBits<TBits> => BFloat16Format.Unpack(stored);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBits Pack<TBits>(TBits single)
        where TBits : struct, IBits<TBits> => BFloat16Format.Pack(single);

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
        where TBits : struct, IBits<TBits> => BFloat16Format.WhereRounded(single, rounded, then, otherwise);
}
