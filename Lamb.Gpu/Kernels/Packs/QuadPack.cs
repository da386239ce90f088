using System.Runtime.InteropServices;
using ILGPU;
using Lamb.Gpu.Kernels.Formats;

namespace Lamb.Gpu.Kernels.Packs;

/// <summary>Four floats, moved by one load or store of 16 bytes: the wide pack of a GPU.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct QuadPack(ScalarPack x, ScalarPack y, ScalarPack z, ScalarPack w) : IGroupPack<QuadPack>
{
    private readonly ScalarPack x = x;
    private readonly ScalarPack y = y;
    private readonly ScalarPack z = z;
    private readonly ScalarPack w = w;

    public static int Width => 4;

    public static QuadPack Broadcast(float value) =>
        new(new ScalarPack(value), new ScalarPack(value), new ScalarPack(value), new ScalarPack(value));

    public static QuadPack operator +(QuadPack left, QuadPack right) =>
        new(left.x + right.x, left.y + right.y, left.z + right.z, left.w + right.w);

    public static QuadPack operator -(QuadPack left, QuadPack right) =>
        new(left.x - right.x, left.y - right.y, left.z - right.z, left.w - right.w);

    public static QuadPack operator *(QuadPack left, QuadPack right) =>
        new(left.x * right.x, left.y * right.y, left.z * right.z, left.w * right.w);

    public static QuadPack operator /(QuadPack left, QuadPack right) =>
        new(left.x / right.x, left.y / right.y, left.z / right.z, left.w / right.w);

    public static QuadPack Sqrt(QuadPack value) =>
        new(ScalarPack.Sqrt(value.x), ScalarPack.Sqrt(value.y), ScalarPack.Sqrt(value.z), ScalarPack.Sqrt(value.w));

    public static QuadPack Max(QuadPack left, QuadPack right) => new(
        ScalarPack.Max(left.x, right.x),
        ScalarPack.Max(left.y, right.y),
        ScalarPack.Max(left.z, right.z),
        ScalarPack.Max(left.w, right.w));

    public static QuadPack Clamp(QuadPack value, float limit) => new(
        ScalarPack.Clamp(value.x, limit),
        ScalarPack.Clamp(value.y, limit),
        ScalarPack.Clamp(value.z, limit),
        ScalarPack.Clamp(value.w, limit));

    public static QuadPack FirstIfFinite(QuadPack value, QuadPack otherwise) => new(
        ScalarPack.FirstIfFinite(value.x, otherwise.x),
        ScalarPack.FirstIfFinite(value.y, otherwise.y),
        ScalarPack.FirstIfFinite(value.z, otherwise.z),
        ScalarPack.FirstIfFinite(value.w, otherwise.w));

    public static QuadPack FirstIfRounded<TFormat>(QuadPack value, QuadPack rounded)
        where TFormat : struct, IHalfFormat => new(
            ScalarPack.FirstIfRounded<TFormat>(value.x, rounded.x),
            ScalarPack.FirstIfRounded<TFormat>(value.y, rounded.y),
            ScalarPack.FirstIfRounded<TFormat>(value.z, rounded.z),
            ScalarPack.FirstIfRounded<TFormat>(value.w, rounded.w));

    public static QuadPack Rounded<TFormat>(QuadPack value)
        where TFormat : struct, IHalfFormat => new(
            ScalarPack.Rounded<TFormat>(value.x),
            ScalarPack.Rounded<TFormat>(value.y),
            ScalarPack.Rounded<TFormat>(value.z),
            ScalarPack.Rounded<TFormat>(value.w));

    public static QuadPack RoundedAtRandom<TFormat>(QuadPack value, Noise noise)
        where TFormat : struct, IHalfFormat => new(
            ScalarPack.RoundedAtRandom<TFormat>(value.x, noise),
            ScalarPack.RoundedAtRandom<TFormat>(value.y, noise with { Place = noise.Place + 1 }),
            ScalarPack.RoundedAtRandom<TFormat>(value.z, noise with { Place = noise.Place + 2 }),
            ScalarPack.RoundedAtRandom<TFormat>(value.w, noise with { Place = noise.Place + 3 }));

    public static float Sum(QuadPack value) => ScalarPack.Sum(value.x + value.y + (value.z + value.w));

    public static QuadPack Load(ArrayView<float> view, long index) => view.Cast<QuadPack>()[index >> 2];

    public static void Store(ArrayView<float> view, long index, QuadPack value) =>
        view.Cast<QuadPack>()[index >> 2] = value;

    public static QuadPack LoadHalves<TFormat>(ArrayView<float> view, long index)
        where TFormat : struct, IHalfFormat => view.Cast<QuadHalves>()[index >> 2].Unpacked<TFormat>();

    public static void StoreHalves<TFormat>(ArrayView<float> view, long index, QuadPack value)
        where TFormat : struct, IHalfFormat => view.Cast<QuadHalves>()[index >> 2] = value.Packed<TFormat>();

    /// <summary>The 16 bits of each value.</summary>
    public QuadHalves Packed<TFormat>()
        where TFormat : struct, IHalfFormat => new(
            ScalarPack.Packed<TFormat>(x) | (ScalarPack.Packed<TFormat>(y) << 16),
            ScalarPack.Packed<TFormat>(z) | (ScalarPack.Packed<TFormat>(w) << 16));
}

/// <summary>Four numbers of 16 bits, in memory order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct QuadHalves(uint xy, uint zw)
{
    private readonly uint xy = xy;
    private readonly uint zw = zw;

    /// <summary>The values.</summary>
    public QuadPack Unpacked<TFormat>()
        where TFormat : struct, IHalfFormat => new(
            ScalarPack.Unpacked<TFormat>(xy & 0xFFFF),
            ScalarPack.Unpacked<TFormat>(xy >> 16),
            ScalarPack.Unpacked<TFormat>(zw & 0xFFFF),
            ScalarPack.Unpacked<TFormat>(zw >> 16));
}
