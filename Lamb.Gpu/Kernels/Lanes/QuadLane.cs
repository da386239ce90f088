using System.Runtime.InteropServices;
using ILGPU;
using Lamb.Gpu.Kernels.Formats;

namespace Lamb.Gpu.Kernels.Lanes;

/// <summary>Four floats, moved by one load or store of 16 bytes: the wide lane of a GPU.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct QuadLane(ScalarLane x, ScalarLane y, ScalarLane z, ScalarLane w) : IGroupLane<QuadLane>
{
    private readonly ScalarLane x = x;
    private readonly ScalarLane y = y;
    private readonly ScalarLane z = z;
    private readonly ScalarLane w = w;

    public static int Width => 4;

    public static QuadLane Broadcast(float value) =>
        new(new ScalarLane(value), new ScalarLane(value), new ScalarLane(value), new ScalarLane(value));

    public static QuadLane operator +(QuadLane left, QuadLane right) =>
        new(left.x + right.x, left.y + right.y, left.z + right.z, left.w + right.w);

    public static QuadLane operator -(QuadLane left, QuadLane right) =>
        new(left.x - right.x, left.y - right.y, left.z - right.z, left.w - right.w);

    public static QuadLane operator *(QuadLane left, QuadLane right) =>
        new(left.x * right.x, left.y * right.y, left.z * right.z, left.w * right.w);

    public static QuadLane operator /(QuadLane left, QuadLane right) =>
        new(left.x / right.x, left.y / right.y, left.z / right.z, left.w / right.w);

    public static QuadLane Sqrt(QuadLane value) =>
        new(ScalarLane.Sqrt(value.x), ScalarLane.Sqrt(value.y), ScalarLane.Sqrt(value.z), ScalarLane.Sqrt(value.w));

    public static QuadLane Max(QuadLane left, QuadLane right) => new(
        ScalarLane.Max(left.x, right.x),
        ScalarLane.Max(left.y, right.y),
        ScalarLane.Max(left.z, right.z),
        ScalarLane.Max(left.w, right.w));

    public static QuadLane Clamp(QuadLane value, float limit) => new(
        ScalarLane.Clamp(value.x, limit),
        ScalarLane.Clamp(value.y, limit),
        ScalarLane.Clamp(value.z, limit),
        ScalarLane.Clamp(value.w, limit));

    public static QuadLane FirstIfFinite(QuadLane value, QuadLane otherwise) => new(
        ScalarLane.FirstIfFinite(value.x, otherwise.x),
        ScalarLane.FirstIfFinite(value.y, otherwise.y),
        ScalarLane.FirstIfFinite(value.z, otherwise.z),
        ScalarLane.FirstIfFinite(value.w, otherwise.w));

    public static QuadLane FirstIfRounded<TFormat>(QuadLane value, QuadLane rounded)
        where TFormat : struct, IHalfFormat => new(
            ScalarLane.FirstIfRounded<TFormat>(value.x, rounded.x),
            ScalarLane.FirstIfRounded<TFormat>(value.y, rounded.y),
            ScalarLane.FirstIfRounded<TFormat>(value.z, rounded.z),
            ScalarLane.FirstIfRounded<TFormat>(value.w, rounded.w));

    public static QuadLane Rounded<TFormat>(QuadLane value)
        where TFormat : struct, IHalfFormat => new(
            ScalarLane.Rounded<TFormat>(value.x),
            ScalarLane.Rounded<TFormat>(value.y),
            ScalarLane.Rounded<TFormat>(value.z),
            ScalarLane.Rounded<TFormat>(value.w));

    public static QuadLane RoundedAtRandom<TFormat>(QuadLane value, Noise noise)
        where TFormat : struct, IHalfFormat => new(
            ScalarLane.RoundedAtRandom<TFormat>(value.x, noise),
            ScalarLane.RoundedAtRandom<TFormat>(value.y, noise with { Place = noise.Place + 1 }),
            ScalarLane.RoundedAtRandom<TFormat>(value.z, noise with { Place = noise.Place + 2 }),
            ScalarLane.RoundedAtRandom<TFormat>(value.w, noise with { Place = noise.Place + 3 }));

    public static float Sum(QuadLane value) => ScalarLane.Sum(value.x + value.y + (value.z + value.w));

    public static QuadLane Load(ArrayView<float> view, long index) => view.Cast<QuadLane>()[index >> 2];

    public static void Store(ArrayView<float> view, long index, QuadLane value) =>
        view.Cast<QuadLane>()[index >> 2] = value;

    public static QuadLane LoadHalves<TFormat>(ArrayView<float> view, long index)
        where TFormat : struct, IHalfFormat => view.Cast<QuadHalves>()[index >> 2].Unpacked<TFormat>();

    public static void StoreHalves<TFormat>(ArrayView<float> view, long index, QuadLane value)
        where TFormat : struct, IHalfFormat => view.Cast<QuadHalves>()[index >> 2] = value.Packed<TFormat>();

    /// <summary>The 16 bits of each value.</summary>
    public QuadHalves Packed<TFormat>()
        where TFormat : struct, IHalfFormat => new(
            ScalarLane.Packed<TFormat>(x) | (ScalarLane.Packed<TFormat>(y) << 16),
            ScalarLane.Packed<TFormat>(z) | (ScalarLane.Packed<TFormat>(w) << 16));
}
