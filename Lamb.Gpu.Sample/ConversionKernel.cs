using ILGPU;

namespace Lamb.Gpu.Sample;

/// <summary>A 16-bit format of floating-point numbers.</summary>
internal interface IFormat16
{
    /// <summary>16 bits to the number that they are.</summary>
    static abstract float Widen(ushort bits);

    /// <summary>A number to the 16 bits of the nearest one, ties to even.</summary>
    static abstract ushort Narrow(float value);
}

/// <summary>Copies numbers from one storage to another.</summary>
/// <remarks><code>to[i] = round(from[i])</code>To 16 bits the nearest, ties to even; to float32 exactly.</remarks>
internal static class ConversionKernel
{
    // Each group takes every part whose index is its own modulo the number of groups.
    private const int PartLength = 4096;

    /// <summary>The kernel from 16 bits to float32.</summary>
    public static void Widen<TFormat>(ArrayView<ushort> from, ArrayView<float> to)
        where TFormat : struct, IFormat16
    {
        int groups = Grid.DimX, length = to.IntLength, parts = Parts(length);
        for (int part = Grid.IdxX; part < parts; part += groups)
        {
            int end = IntrinsicMath.Min((part + 1) * PartLength, length);
            for (int i = part * PartLength + Group.IdxX; i < end; i += Group.DimX)
            {
                to[i] = TFormat.Widen(from[i]);
            }
        }
    }

    /// <summary>The kernel from float32 to 16 bits.</summary>
    public static void Narrow<TFormat>(ArrayView<float> from, ArrayView<ushort> to)
        where TFormat : struct, IFormat16
    {
        int groups = Grid.DimX, length = to.IntLength, parts = Parts(length);
        for (int part = Grid.IdxX; part < parts; part += groups)
        {
            int end = IntrinsicMath.Min((part + 1) * PartLength, length);
            for (int i = part * PartLength + Group.IdxX; i < end; i += Group.DimX)
            {
                to[i] = TFormat.Narrow(from[i]);
            }
        }
    }

    /// <summary>How many parts there are.</summary>
    public static int Parts(int length) => (length + PartLength - 1) / PartLength;
}

/// <summary>bfloat16, as the library converts it.</summary>
internal readonly struct BFloat16Bits : IFormat16
{
    public static float Widen(ushort bits) => BFloat16.FromBits(bits).ToSingle();

    public static ushort Narrow(float value) => BFloat16.FromSingle(value).Bits;
}

/// <summary>float16, by its bits: not every device has it, and ILGPU's own conversion does not round to the
/// nearest.</summary>
internal readonly struct Float16Bits : IFormat16
{
    // By how much the exponents of the two formats differ, in the place of that of float32.
    private const uint Rebias = (127 - 15) << 23;
    private const uint SmallestNormal = 0x3880_0000, Infinity = 0x7F80_0000;

    // Halfway between the largest number and the one that would follow.
    private const uint Overflow = 0x477F_F000;
    private const float LastPlaceOfSubnormals = 1f / (1 << 24);

    public static float Widen(ushort bits)
    {
        uint magnitude = bits & 0x7FFFu;
        uint wide = magnitude < 0x400 ? Interop.FloatAsInt((int)magnitude * LastPlaceOfSubnormals)
            : magnitude < 0x7C00 ? (magnitude << 13) + Rebias
            : (magnitude << 13) | Infinity;
        return Interop.IntAsFloat(((bits & 0x8000u) << 16) | wide);
    }

    public static ushort Narrow(float value)
    {
        uint bits = Interop.FloatAsInt(value), magnitude = bits & 0x7FFF_FFFF;
        uint narrow = magnitude > Infinity ? 0x7E00
            : magnitude >= Overflow ? 0x7C00
            : magnitude >= SmallestNormal ? (magnitude + 0xFFF + ((magnitude >> 13) & 1) - Rebias) >> 13
            : RoundSubnormal(magnitude);
        return (ushort)(((bits >> 16) & 0x8000) | narrow);
    }

    // The last place of 0.5 is that of the subnormal numbers, so that the sum rounds as they are to be.
    private static uint RoundSubnormal(uint magnitude) =>
        Interop.FloatAsInt(Interop.IntAsFloat(magnitude) + 0.5f) - 0x3F00_0000;
}
