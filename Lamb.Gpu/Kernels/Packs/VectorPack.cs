using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Lamb.Gpu.Kernels.Formats;

namespace Lamb.Gpu.Kernels.Packs;

/// <summary>As many floats as a vector register of this machine holds: the wide pack of the CPU accelerator.</summary>
internal readonly struct VectorPack(Vector<float> value) : IHostPack<VectorPack>
{
    private const uint Exponent = 0x7F80_0000;

    private readonly Vector<float> value = value;

    public static int Width => Vector<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPack Broadcast(float value) => new(new Vector<float>(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPack operator +(VectorPack left, VectorPack right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPack operator -(VectorPack left, VectorPack right) => new(left.value - right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPack operator *(VectorPack left, VectorPack right) => new(left.value * right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPack operator /(VectorPack left, VectorPack right) => new(left.value / right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPack Sqrt(VectorPack value) => new(Vector.SquareRoot(value.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPack Max(VectorPack left, VectorPack right) => new(Vector.Max(left.value, right.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPack Clamp(VectorPack value, float limit)
    {
        var limits = new Vector<float>(limit);
        return new(Vector.Max(Vector.Min(value.value, limits), -limits));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPack FirstIfFinite(VectorPack value, VectorPack otherwise)
    {
        VectorBits bits = BitsOf(value), exponent = VectorBits.Broadcast(Exponent);
        return Of(VectorBits.WhereLess(bits & exponent, exponent, bits, BitsOf(otherwise)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPack FirstIfRounded<TFormat>(VectorPack value, VectorPack rounded)
        where TFormat : struct, IHalfFormat
    {
        VectorBits first = BitsOf(value), second = BitsOf(rounded);
        return Of(TFormat.WhereRounded(first, second, first, second));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPack Rounded<TFormat>(VectorPack value)
        where TFormat : struct, IHalfFormat => Of(TFormat.Round(BitsOf(value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPack RoundedAtRandom<TFormat>(VectorPack value, Noise noise)
        where TFormat : struct, IHalfFormat =>
        Of(TFormat.RoundAtRandom(BitsOf(value), noise.At(new VectorBits(Vector<uint>.Indices))));

    public static float Sum(VectorPack value) => Vector.Sum(value.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPack Load(ref float first, nint index) =>
        new(Vector.LoadUnsafe(ref Unsafe.Add(ref first, index)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref float first, nint index, VectorPack value) =>
        value.value.StoreUnsafe(ref Unsafe.Add(ref first, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPack LoadHalves<TFormat>(ref float first, nint index)
        where TFormat : struct, IHalfFormat =>
        Of(TFormat.Unpack(new VectorBits(VectorHalves.Load(ref Unsafe.As<float, ushort>(ref first), index))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves<TFormat>(ref float first, nint index, VectorPack value)
        where TFormat : struct, IHalfFormat =>
        VectorHalves.Store(ref Unsafe.As<float, ushort>(ref first), index, TFormat.Pack(BitsOf(value)).Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static VectorBits BitsOf(VectorPack value) => new(Vector.AsVectorUInt32(value.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static VectorPack Of(VectorBits bits) => new(Vector.AsVectorSingle(bits.Value));
}

/// <summary>Moves as many numbers of 16 bits as a vector register holds floats.</summary>
internal static class VectorHalves
{
    /// <summary>Reads neighbours, each into the lower half of its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<uint> Load(ref ushort first, nint index)
    {
        nuint at = (nuint)index;
        if (Vector<uint>.Count == Vector512<uint>.Count)
        {
            return Vector512.WidenLower(Vector256.LoadUnsafe(ref first, at).ToVector512Unsafe()).AsVector();
        }

        return Vector<uint>.Count == Vector256<uint>.Count
            ? Vector256.WidenLower(Vector128.LoadUnsafe(ref first, at).ToVector256Unsafe()).AsVector()
            : Vector128.WidenLower(Vector64.LoadUnsafe(ref first, at).ToVector128Unsafe()).AsVector();
    }

    /// <summary>Writes the lower halves of neighbours; the upper ones must be 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref ushort first, nint index, Vector<uint> values)
    {
        nuint at = (nuint)index;
        if (Vector<uint>.Count == Vector512<uint>.Count)
        {
            Vector512<uint> all = values.AsVector512();
            Vector256.Narrow(all.GetLower(), all.GetUpper()).StoreUnsafe(ref first, at);
        }
        else if (Vector<uint>.Count == Vector256<uint>.Count)
        {
            Vector256<uint> all = values.AsVector256();
            Vector128.Narrow(all.GetLower(), all.GetUpper()).StoreUnsafe(ref first, at);
        }
        else
        {
            Vector128<uint> all = values.AsVector128();
            Vector64.Narrow(all.GetLower(), all.GetUpper()).StoreUnsafe(ref first, at);
        }
    }
}
