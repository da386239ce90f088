using ILGPU;

namespace Lamb.Gpu.Kernels.Bits;

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
