using System.Globalization;
using System.Runtime.InteropServices;
using ILGPU;

namespace Lamb.Gpu;

/// <summary>Holds a bfloat16 number: the upper 16 bits of a float32.</summary>
/// <remarks>
/// 1 bit of sign, 8 of exponent, 7 of mantissa: the range of float32 and 2 to 3 digits. ILGPU has no such type.
/// bfloat16 weights and gradients are stored in a buffer of these, and kernels convert them as the host does.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly struct BFloat16 : IEquatable<BFloat16>
{
    private BFloat16(ushort bits) => Bits = bits;

    /// <summary>Gets the 16 bits.</summary>
    public ushort Bits { get; }

    /// <summary>Creates a number from its 16 bits.</summary>
    /// <param name="bits">The upper half of a float32.</param>
    /// <returns>The number.</returns>
    public static BFloat16 FromBits(ushort bits) => new(bits);

    /// <summary>Rounds to the nearest number, ties to even. Numbers that are too large become infinite; NaN stays
    /// NaN.</summary>
    /// <param name="value">Any value.</param>
    /// <returns>The number.</returns>
    public static BFloat16 FromSingle(float value)
    {
        // Interop, which ILGPU compiles too: kernels of a caller's convert as well.
        uint bits = Interop.FloatAsInt(value);
        bool isNaN = (bits & 0x7FFF_FFFF) > 0x7F80_0000;
        uint rounded = isNaN ? bits | 0x0040_0000 : bits + 0x7FFF + ((bits >> 16) & 1);
        return new BFloat16((ushort)(rounded >> 16));
    }

    /// <summary>Returns the same value as a float32, without rounding.</summary>
    /// <returns>The value.</returns>
    public float ToSingle() => Interop.IntAsFloat((uint)Bits << 16);

    /// <inheritdoc cref="FromSingle"/>
    public static explicit operator BFloat16(float value) => FromSingle(value);

    /// <inheritdoc cref="ToSingle"/>
    /// <param name="value">The number.</param>
    public static implicit operator float(BFloat16 value) => value.ToSingle();

    /// <summary>Compares as numbers: zeros are equal whatever their sign, NaN is equal to nothing.</summary>
    /// <param name="left">A number.</param>
    /// <param name="right">Another.</param>
    /// <returns>Whether the two are equal.</returns>
    public static bool operator ==(BFloat16 left, BFloat16 right) => left.ToSingle() == right.ToSingle();

    /// <summary>Compares as numbers: zeros are equal whatever their sign, NaN is equal to nothing.</summary>
    /// <param name="left">A number.</param>
    /// <param name="right">Another.</param>
    /// <returns>Whether the two are not equal.</returns>
    public static bool operator !=(BFloat16 left, BFloat16 right) => !(left == right);

    /// <summary>Compares as <see cref="float.Equals(float)"/> does: NaN is equal to NaN.</summary>
    /// <param name="other">Another.</param>
    /// <returns>Whether the two are equal.</returns>
    public bool Equals(BFloat16 other) => ToSingle().Equals(other.ToSingle());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is BFloat16 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ToSingle().GetHashCode();

    /// <summary>Returns the value as text, in the invariant culture.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => ToSingle().ToString(CultureInfo.InvariantCulture);
}
