using System.Numerics;
using System.Runtime.CompilerServices;
using ILGPU;

namespace Lamb.Gpu.Kernels.Formats;

/// <summary>The bits of one or several floats side by side: what the formats of 16 bits are written in.</summary>
/// <typeparam name="TSelf">The bits themselves.</typeparam>
internal interface IBits<TSelf>
    where TSelf : struct, IBits<TSelf>
{
    /// <summary>The same bits in every place.</summary>
    static abstract TSelf Broadcast(uint value);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator &(TSelf left, TSelf right);

    static abstract TSelf operator |(TSelf left, TSelf right);

    static abstract TSelf operator ^(TSelf left, TSelf right);

    static abstract TSelf operator <<(TSelf value, int places);

    static abstract TSelf operator >>(TSelf value, int places);

    /// <summary>The bits of the sum of two floats.</summary>
    static abstract TSelf AddAsFloats(TSelf left, TSelf right);

    /// <summary>Chooses by left &lt; right, in each place; both must be less than 2³¹.</summary>
    static abstract TSelf WhereLess(TSelf left, TSelf right, TSelf then, TSelf otherwise);
}

/// <summary>The bits of a single float.</summary>
internal readonly struct ScalarBits(uint value) : IBits<ScalarBits>
{
    /// <summary>The bits.</summary>
    public readonly uint Value = value;

    public static ScalarBits Broadcast(uint value) => new(value);

    public static ScalarBits operator +(ScalarBits left, ScalarBits right) => new(left.Value + right.Value);

    public static ScalarBits operator -(ScalarBits left, ScalarBits right) => new(left.Value - right.Value);

    public static ScalarBits operator *(ScalarBits left, ScalarBits right) => new(left.Value * right.Value);

    public static ScalarBits operator &(ScalarBits left, ScalarBits right) => new(left.Value & right.Value);

    public static ScalarBits operator |(ScalarBits left, ScalarBits right) => new(left.Value | right.Value);

    public static ScalarBits operator ^(ScalarBits left, ScalarBits right) => new(left.Value ^ right.Value);

    public static ScalarBits operator <<(ScalarBits value, int places) => new(value.Value << places);

    public static ScalarBits operator >>(ScalarBits value, int places) => new(value.Value >> places);

    public static ScalarBits AddAsFloats(ScalarBits left, ScalarBits right) =>
        new(Interop.FloatAsInt(Interop.IntAsFloat(left.Value) + Interop.IntAsFloat(right.Value)));

    public static ScalarBits WhereLess(ScalarBits left, ScalarBits right, ScalarBits then, ScalarBits otherwise) =>
        left.Value < right.Value ? then : otherwise;
}

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
