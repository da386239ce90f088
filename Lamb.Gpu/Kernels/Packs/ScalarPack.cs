using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Algorithms;
using Lamb.Gpu.Kernels.Formats;

namespace Lamb.Gpu.Kernels.Packs;

/// <summary>A single float: the reference for all other packs, and the end of every tile.</summary>
internal readonly struct ScalarPack(float value) : IGroupPack<ScalarPack>, IHostPack<ScalarPack>
{
    private readonly float value = value;

    public static int Width => 1;

    public static ScalarPack Broadcast(float value) => new(value);

    public static ScalarPack operator +(ScalarPack left, ScalarPack right) => new(left.value + right.value);

    public static ScalarPack operator -(ScalarPack left, ScalarPack right) => new(left.value - right.value);

    public static ScalarPack operator *(ScalarPack left, ScalarPack right) => new(left.value * right.value);

    public static ScalarPack operator /(ScalarPack left, ScalarPack right) => new(left.value / right.value);

    public static ScalarPack Sqrt(ScalarPack value) => new(XMath.Sqrt(value.value));

    // Neither min and max, which drop NaN on a GPU, nor comparisons alone, which NaN may pass in OpenCL.
    public static ScalarPack Max(ScalarPack left, ScalarPack right)
    {
        if (XMath.IsNaN(left.value) || XMath.IsNaN(right.value))
        {
            return new(left.value + right.value);
        }

        return left.value > right.value ? left : right;
    }

    public static ScalarPack Clamp(ScalarPack value, float limit)
    {
        if (XMath.IsNaN(value.value))
        {
            return value;
        }

        float clamped = value.value > limit ? limit : value.value;
        return new(clamped < -limit ? -limit : clamped);
    }

    public static ScalarPack FirstIfFinite(ScalarPack value, ScalarPack otherwise) =>
        XMath.IsNaN(value.value - value.value) ? otherwise : value;

    public static ScalarPack FirstIfRounded<TFormat>(ScalarPack value, ScalarPack rounded)
        where TFormat : struct, IHalfFormat
    {
        ScalarBits first = BitsOf(value), second = BitsOf(rounded);
        return Of(TFormat.WhereRounded(first, second, first, second));
    }

    public static ScalarPack Rounded<TFormat>(ScalarPack value)
        where TFormat : struct, IHalfFormat => Of(TFormat.Round(BitsOf(value)));

    public static ScalarPack RoundedAtRandom<TFormat>(ScalarPack value, Noise noise)
        where TFormat : struct, IHalfFormat => Of(TFormat.RoundAtRandom(BitsOf(value), noise.At(new ScalarBits(0))));

    /// <summary>The value that 16 bits are.</summary>
    public static ScalarPack Unpacked<TFormat>(uint half)
        where TFormat : struct, IHalfFormat => Of(TFormat.Unpack(new ScalarBits(half)));

    /// <summary>The 16 bits that a value is.</summary>
    public static uint Packed<TFormat>(ScalarPack value)
        where TFormat : struct, IHalfFormat => TFormat.Pack(BitsOf(value)).Value;

    public static float Sum(ScalarPack value) => value.value;

    public static ScalarPack Load(ArrayView<float> view, long index) => new(view[index]);

    public static void Store(ArrayView<float> view, long index, ScalarPack value) => view[index] = value.value;

    public static ScalarPack Load(ref float first, nint index) => new(Unsafe.Add(ref first, index));

    public static void Store(ref float first, nint index, ScalarPack value) =>
        Unsafe.Add(ref first, index) = value.value;

    public static ScalarPack LoadHalves<TFormat>(ArrayView<float> view, long index)
        where TFormat : struct, IHalfFormat => Unpacked<TFormat>(view.Cast<ushort>()[index]);

    public static void StoreHalves<TFormat>(ArrayView<float> view, long index, ScalarPack value)
        where TFormat : struct, IHalfFormat => view.Cast<ushort>()[index] = (ushort)Packed<TFormat>(value);

    public static ScalarPack LoadHalves<TFormat>(ref float first, nint index)
        where TFormat : struct, IHalfFormat =>
        Unpacked<TFormat>(Unsafe.Add(ref Unsafe.As<float, ushort>(ref first), index));

    public static void StoreHalves<TFormat>(ref float first, nint index, ScalarPack value)
        where TFormat : struct, IHalfFormat =>
        Unsafe.Add(ref Unsafe.As<float, ushort>(ref first), index) = (ushort)Packed<TFormat>(value);

    private static ScalarBits BitsOf(ScalarPack value) => new(Interop.FloatAsInt(value.value));

    private static ScalarPack Of(ScalarBits bits) => new(Interop.IntAsFloat(bits.Value));
}
