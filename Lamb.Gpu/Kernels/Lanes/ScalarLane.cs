using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Algorithms;
using Lamb.Gpu.Kernels.Bits;
using Lamb.Gpu.Kernels.Formats;

namespace Lamb.Gpu.Kernels.Lanes;

/// <summary>A single float: the reference for all other lanes, and the end of every tile.</summary>
internal readonly struct ScalarLane(float value) : IGroupLane<ScalarLane>, IHostLane<ScalarLane>
{
    private readonly float value = value;

    public static int Width => 1;

    public static ScalarLane Broadcast(float value) => new(value);

    public static ScalarLane operator +(ScalarLane left, ScalarLane right) => new(left.value + right.value);

    public static ScalarLane operator -(ScalarLane left, ScalarLane right) => new(left.value - right.value);

    public static ScalarLane operator *(ScalarLane left, ScalarLane right) => new(left.value * right.value);

    public static ScalarLane operator /(ScalarLane left, ScalarLane right) => new(left.value / right.value);

    public static ScalarLane Sqrt(ScalarLane value) => new(XMath.Sqrt(value.value));

    // Neither min and max, which drop NaN on a GPU, nor comparisons alone, which NaN may pass in OpenCL.
    public static ScalarLane Max(ScalarLane left, ScalarLane right)
    {
        if (XMath.IsNaN(left.value) || XMath.IsNaN(right.value))
        {
            return new(left.value + right.value);
        }

        return left.value > right.value ? left : right;
    }

    public static ScalarLane Clamp(ScalarLane value, float limit)
    {
        if (XMath.IsNaN(value.value))
        {
            return value;
        }

        float clamped = value.value > limit ? limit : value.value;
        return new(clamped < -limit ? -limit : clamped);
    }

    public static ScalarLane FirstIfFinite(ScalarLane value, ScalarLane otherwise) =>
        XMath.IsNaN(value.value - value.value) ? otherwise : value;

    public static ScalarLane FirstIfRounded<TFormat>(ScalarLane value, ScalarLane rounded)
        where TFormat : struct, IHalfFormat
    {
        ScalarBits first = BitsOf(value), second = BitsOf(rounded);
        return Of(TFormat.WhereRounded(first, second, first, second));
    }

    public static ScalarLane Rounded<TFormat>(ScalarLane value)
        where TFormat : struct, IHalfFormat => Of(TFormat.Round(BitsOf(value)));

    public static ScalarLane RoundedAtRandom<TFormat>(ScalarLane value, Noise noise)
        where TFormat : struct, IHalfFormat => Of(TFormat.RoundAtRandom(BitsOf(value), noise.At(new ScalarBits(0))));

    /// <summary>The value that 16 bits are.</summary>
    public static ScalarLane Unpacked<TFormat>(uint half)
        where TFormat : struct, IHalfFormat => Of(TFormat.Unpack(new ScalarBits(half)));

    /// <summary>The 16 bits that a value is.</summary>
    public static uint Packed<TFormat>(ScalarLane value)
        where TFormat : struct, IHalfFormat => TFormat.Pack(BitsOf(value)).Value;

    public static float Sum(ScalarLane value) => value.value;

    public static ScalarLane Load(ArrayView<float> view, long index) => new(view[index]);

    public static void Store(ArrayView<float> view, long index, ScalarLane value) => view[index] = value.value;

    public static ScalarLane Load(ref float first, nint index) => new(Unsafe.Add(ref first, index));

    public static void Store(ref float first, nint index, ScalarLane value) =>
        Unsafe.Add(ref first, index) = value.value;

    public static ScalarLane LoadHalves<TFormat>(ArrayView<float> view, long index)
        where TFormat : struct, IHalfFormat => Unpacked<TFormat>(view.Cast<ushort>()[index]);

    public static void StoreHalves<TFormat>(ArrayView<float> view, long index, ScalarLane value)
        where TFormat : struct, IHalfFormat => view.Cast<ushort>()[index] = (ushort)Packed<TFormat>(value);

    public static ScalarLane LoadHalves<TFormat>(ref float first, nint index)
        where TFormat : struct, IHalfFormat =>
        Unpacked<TFormat>(Unsafe.Add(ref Unsafe.As<float, ushort>(ref first), index));

    public static void StoreHalves<TFormat>(ref float first, nint index, ScalarLane value)
        where TFormat : struct, IHalfFormat =>
        Unsafe.Add(ref Unsafe.As<float, ushort>(ref first), index) = (ushort)Packed<TFormat>(value);

    private static ScalarBits BitsOf(ScalarLane value) => new(Interop.FloatAsInt(value.value));

    private static ScalarLane Of(ScalarBits bits) => new(Interop.IntAsFloat(bits.Value));
}
