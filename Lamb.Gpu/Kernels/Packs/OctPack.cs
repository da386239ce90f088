using System.Runtime.InteropServices;
using ILGPU;
using Lamb.Gpu.Kernels.Formats;

namespace Lamb.Gpu.Kernels.Packs;

/// <summary>Eight floats: the wide pack of a GPU where a stream has 16 bits, which then moves 16 bytes at once
/// too.</summary>
internal readonly struct OctPack(QuadPack low, QuadPack high) : IGroupPack<OctPack>
{
    private readonly QuadPack low = low;
    private readonly QuadPack high = high;

    public static int Width => 2 * QuadPack.Width;

    public static OctPack Broadcast(float value) => new(QuadPack.Broadcast(value), QuadPack.Broadcast(value));

    public static OctPack operator +(OctPack left, OctPack right) => new(left.low + right.low, left.high + right.high);

    public static OctPack operator -(OctPack left, OctPack right) => new(left.low - right.low, left.high - right.high);

    public static OctPack operator *(OctPack left, OctPack right) => new(left.low * right.low, left.high * right.high);

    public static OctPack operator /(OctPack left, OctPack right) => new(left.low / right.low, left.high / right.high);

    public static OctPack Sqrt(OctPack value) => new(QuadPack.Sqrt(value.low), QuadPack.Sqrt(value.high));

    public static OctPack Max(OctPack left, OctPack right) =>
        new(QuadPack.Max(left.low, right.low), QuadPack.Max(left.high, right.high));

    public static OctPack Clamp(OctPack value, float limit) =>
        new(QuadPack.Clamp(value.low, limit), QuadPack.Clamp(value.high, limit));

    public static OctPack FirstIfFinite(OctPack value, OctPack otherwise) => new(
        QuadPack.FirstIfFinite(value.low, otherwise.low), QuadPack.FirstIfFinite(value.high, otherwise.high));

    public static OctPack FirstIfRounded<TFormat>(OctPack value, OctPack rounded)
        where TFormat : struct, IHalfFormat => new(
            QuadPack.FirstIfRounded<TFormat>(value.low, rounded.low),
            QuadPack.FirstIfRounded<TFormat>(value.high, rounded.high));

    public static OctPack Rounded<TFormat>(OctPack value)
        where TFormat : struct, IHalfFormat =>
        new(QuadPack.Rounded<TFormat>(value.low), QuadPack.Rounded<TFormat>(value.high));

    public static OctPack RoundedAtRandom<TFormat>(OctPack value, Noise noise)
        where TFormat : struct, IHalfFormat => new(
            QuadPack.RoundedAtRandom<TFormat>(value.low, noise),
            QuadPack.RoundedAtRandom<TFormat>(value.high, noise with { Place = noise.Place + QuadPack.Width }));

    public static float Sum(OctPack value) => QuadPack.Sum(value.low + value.high);

    public static OctPack Load(ArrayView<float> view, long index) =>
        new(QuadPack.Load(view, index), QuadPack.Load(view, index + QuadPack.Width));

    public static void Store(ArrayView<float> view, long index, OctPack value)
    {
        QuadPack.Store(view, index, value.low);
        QuadPack.Store(view, index + QuadPack.Width, value.high);
    }

    public static OctPack LoadHalves<TFormat>(ArrayView<float> view, long index)
        where TFormat : struct, IHalfFormat
    {
        OctHalves halves = view.Cast<OctHalves>()[index >> 3];
        return new(halves.Low.Unpacked<TFormat>(), halves.High.Unpacked<TFormat>());
    }

    public static void StoreHalves<TFormat>(ArrayView<float> view, long index, OctPack value)
        where TFormat : struct, IHalfFormat =>
        view.Cast<OctHalves>()[index >> 3] = new(value.low.Packed<TFormat>(), value.high.Packed<TFormat>());
}

/// <summary>Eight numbers of 16 bits, in memory order: one load or store of 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct OctHalves(QuadHalves low, QuadHalves high)
{
    /// <summary>The first four.</summary>
    public readonly QuadHalves Low = low;

    /// <summary>The last four.</summary>
    public readonly QuadHalves High = high;
}
