using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lamb.Gpu.Kernels.Bits;

/// <summary>The bits of as many floats as a vector register of this machine holds.</summary>
internal readonly struct VectorBits(Vector<uint> value) : IBits<VectorBits>
{
    /// <summary>The bits.</summary>
    public readonly Vector<uint> Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorBits Broadcast(uint value) => new(new Vector<uint>(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorBits operator +(VectorBits left, VectorBits right) => new(left.Value + right.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorBits operator -(VectorBits left, VectorBits right) => new(left.Value - right.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorBits operator *(VectorBits left, VectorBits right) => new(left.Value * right.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorBits operator &(VectorBits left, VectorBits right) => new(left.Value & right.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorBits operator |(VectorBits left, VectorBits right) => new(left.Value | right.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorBits operator ^(VectorBits left, VectorBits right) => new(left.Value ^ right.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorBits operator <<(VectorBits value, int places) => new(value.Value << places);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorBits operator >>(VectorBits value, int places) => new(value.Value >> places);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorBits AddAsFloats(VectorBits left, VectorBits right) => new(Vector.AsVectorUInt32(
        Vector.AsVectorSingle(left.Value) + Vector.AsVectorSingle(right.Value)));

    // Compared as signed numbers, for which there is an instruction everywhere.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorBits WhereLess(VectorBits left, VectorBits right, VectorBits then, VectorBits otherwise) =>
        new(Vector.ConditionalSelect(
            Vector.AsVectorUInt32(Vector.LessThan(Vector.AsVectorInt32(left.Value), Vector.AsVectorInt32(right.Value))),
            then.Value,
            otherwise.Value));
}
