using ILGPU;
using Lamb.Gpu.Kernels.Formats;

namespace Lamb.Gpu.Kernels.Lanes;

/// <summary>Eight floats: the wide lane of a GPU where a stream has 16 bits, which then moves 16 bytes at once
/// too.</summary>
internal readonly struct OctLane(QuadLane low, QuadLane high) : IGroupLane<OctLane>
{
    private readonly QuadLane low = low;
    private readonly QuadLane high = high;

    public static int Width => 2 * QuadLane.Width;

    public static OctLane Broadcast(float value) => new(QuadLane.Broadcast(value), QuadLane.Broadcast(value));

    public static OctLane operator +(OctLane left, OctLane right) => new(left.low + right.low, left.high + right.high);

    public static OctLane operator -(OctLane left, OctLane right) => new(left.low - right.low, left.high - right.high);

    public static OctLane operator *(OctLane left, OctLane right) => new(left.low * right.low, left.high * right.high);

    public static OctLane operator /(OctLane left, OctLane right) => new(left.low / right.low, left.high / right.high);

    public static OctLane Sqrt(OctLane value) => new(QuadLane.Sqrt(value.low), QuadLane.Sqrt(value.high));

    public static OctLane Max(OctLane left, OctLane right) =>
        new(QuadLane.Max(left.low, right.low), QuadLane.Max(left.high, right.high));

    public static OctLane Clamp(OctLane value, float limit) =>
        new(QuadLane.Clamp(value.low, limit), QuadLane.Clamp(value.high, limit));

    public static OctLane FirstIfFinite(OctLane value, OctLane otherwise) => new(
        QuadLane.FirstIfFinite(value.low, otherwise.low), QuadLane.FirstIfFinite(value.high, otherwise.high));

    public static OctLane FirstIfRounded<TFormat>(OctLane value, OctLane rounded)
        where TFormat : struct, IHalfFormat => new(
            QuadLane.FirstIfRounded<TFormat>(value.low, rounded.low),
            QuadLane.FirstIfRounded<TFormat>(value.high, rounded.high));

    public static OctLane Rounded<TFormat>(OctLane value)
        where TFormat : struct, IHalfFormat =>
        new(QuadLane.Rounded<TFormat>(value.low), QuadLane.Rounded<TFormat>(value.high));

    public static OctLane RoundedAtRandom<TFormat>(OctLane value, Noise noise)
        where TFormat : struct, IHalfFormat => new(
            QuadLane.RoundedAtRandom<TFormat>(value.low, noise),
            QuadLane.RoundedAtRandom<TFormat>(value.high, noise with { Place = noise.Place + QuadLane.Width }));

    public static float Sum(OctLane value) => QuadLane.Sum(value.low + value.high);

    public static OctLane Load(ArrayView<float> view, long index) =>
        new(QuadLane.Load(view, index), QuadLane.Load(view, index + QuadLane.Width));

    public static void Store(ArrayView<float> view, long index, OctLane value)
    {
        QuadLane.Store(view, index, value.low);
        QuadLane.Store(view, index + QuadLane.Width, value.high);
    }

    public static OctLane LoadHalves<TFormat>(ArrayView<float> view, long index)
        where TFormat : struct, IHalfFormat
    {
        OctHalves halves = view.Cast<OctHalves>()[index >> 3];
        return new(halves.Low.Unpacked<TFormat>(), halves.High.Unpacked<TFormat>());
    }

    public static void StoreHalves<TFormat>(ArrayView<float> view, long index, OctLane value)
        where TFormat : struct, IHalfFormat =>
        view.Cast<OctHalves>()[index >> 3] = new(value.low.Packed<TFormat>(), value.high.Packed<TFormat>());
}
