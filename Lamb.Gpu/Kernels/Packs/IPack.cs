using ILGPU;
using Lamb.Gpu.Kernels.Formats;

namespace Lamb.Gpu.Kernels.Packs;

/// <summary>One or several floats that are computed side by side: what the equations are written in.</summary>
/// <remarks>Every place of a pack gets the bits that a single float would get.</remarks>
/// <typeparam name="TSelf">The pack itself.</typeparam>
internal interface IPack<TSelf>
    where TSelf : struct, IPack<TSelf>
{
    /// <summary>How many floats lie side by side.</summary>
    static abstract int Width { get; }

    /// <summary>The same value in every place.</summary>
    static abstract TSelf Broadcast(float value);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>The square root, correctly rounded.</summary>
    static abstract TSelf Sqrt(TSelf value);

    /// <summary>The larger of two values, or NaN where one of them is.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>Values beyond ±<paramref name="limit"/> brought back to it; NaN stays NaN.</summary>
    static abstract TSelf Clamp(TSelf value, float limit);

    /// <summary>The first value where it is finite, and the second elsewhere.</summary>
    static abstract TSelf FirstIfFinite(TSelf value, TSelf otherwise);

    /// <summary>The first value where a format rounds it to the second, and the second elsewhere.</summary>
    static abstract TSelf FirstIfRounded<TFormat>(TSelf value, TSelf rounded)
        where TFormat : struct, IHalfFormat;

    /// <summary>The nearest values that a format holds, ties to even.</summary>
    static abstract TSelf Rounded<TFormat>(TSelf value)
        where TFormat : struct, IHalfFormat;

    /// <summary>Values that a format holds next to these, the nearer the likelier.</summary>
    static abstract TSelf RoundedAtRandom<TFormat>(TSelf value, Noise noise)
        where TFormat : struct, IHalfFormat;

    /// <summary>The sum of all places, in a fixed order.</summary>
    static abstract float Sum(TSelf value);
}

/// <summary>A pack that moves through ILGPU views: for groups of lanes, on every accelerator.</summary>
/// <typeparam name="TSelf">The pack itself.</typeparam>
internal interface IGroupPack<TSelf> : IPack<TSelf>
    where TSelf : struct, IGroupPack<TSelf>
{
    /// <summary>Reads <see cref="IPack{TSelf}.Width"/> neighbours; <paramref name="index"/> is a multiple of
    /// it.</summary>
    static abstract TSelf Load(ArrayView<float> view, long index);

    /// <summary>Writes <see cref="IPack{TSelf}.Width"/> neighbours; <paramref name="index"/> is a multiple of
    /// it.</summary>
    static abstract void Store(ArrayView<float> view, long index, TSelf value);

    /// <summary>Reads neighbours of 16 bits; <paramref name="index"/> counts such.</summary>
    static abstract TSelf LoadHalves<TFormat>(ArrayView<float> view, long index)
        where TFormat : struct, IHalfFormat;

    /// <summary>Writes neighbours of 16 bits, which hold the values as they are.</summary>
    static abstract void StoreHalves<TFormat>(ArrayView<float> view, long index, TSelf value)
        where TFormat : struct, IHalfFormat;
}

/// <summary>A pack that moves through references to host memory: for the CPU accelerator alone.</summary>
/// <typeparam name="TSelf">The pack itself.</typeparam>
internal interface IHostPack<TSelf> : IPack<TSelf>
    where TSelf : struct, IHostPack<TSelf>
{
    /// <summary>Reads <see cref="IPack{TSelf}.Width"/> neighbours from <paramref name="first"/> on.</summary>
    static abstract TSelf Load(ref float first, nint index);

    /// <summary>Writes <see cref="IPack{TSelf}.Width"/> neighbours from <paramref name="first"/> on.</summary>
    static abstract void Store(ref float first, nint index, TSelf value);

    /// <summary>Reads neighbours of 16 bits; <paramref name="index"/> counts such.</summary>
    static abstract TSelf LoadHalves<TFormat>(ref float first, nint index)
        where TFormat : struct, IHalfFormat;

    /// <summary>Writes neighbours of 16 bits, which hold the values as they are.</summary>
    static abstract void StoreHalves<TFormat>(ref float first, nint index, TSelf value)
        where TFormat : struct, IHalfFormat;
}
