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
        where TFormat : struct, IFormat;

    /// <summary>The values that a format holds in the place of these: the nearest, ties to even, or, where it is
    /// stochastic, one of the two next to each.</summary>
    static abstract TSelf Rounded<TFormat>(TSelf value, Noise noise)
        where TFormat : struct, IFormat;

    /// <summary>The sum of all places, in a fixed order.</summary>
    static abstract float Sum(TSelf value);
}

/// <summary>A pack that moves through ILGPU views: for groups of lanes, on every accelerator.</summary>
/// <typeparam name="TSelf">The pack itself.</typeparam>
internal interface IGroupPack<TSelf> : IPack<TSelf>
    where TSelf : struct, IGroupPack<TSelf>
{
    /// <summary>Reads <see cref="IPack{TSelf}.Width"/> neighbours; <paramref name="index"/> counts numbers of the
    /// format and is a multiple of it.</summary>
    static abstract TSelf Load<TFormat>(ArrayView<float> view, long index)
        where TFormat : struct, IFormat;

    /// <summary>Rounds and writes <see cref="IPack{TSelf}.Width"/> neighbours; <paramref name="index"/> counts numbers
    /// of the format and is a multiple of it.</summary>
    static abstract void Store<TFormat>(ArrayView<float> view, long index, TSelf value, Noise noise)
        where TFormat : struct, IFormat;
}

/// <summary>A pack that moves through references to host memory: for the CPU accelerator alone.</summary>
/// <typeparam name="TSelf">The pack itself.</typeparam>
internal interface IHostPack<TSelf> : IPack<TSelf>
    where TSelf : struct, IHostPack<TSelf>
{
    /// <summary>Reads <see cref="IPack{TSelf}.Width"/> neighbours; <paramref name="index"/> counts numbers of the
    /// format.</summary>
    static abstract TSelf Load<TFormat>(ref float first, nint index)
        where TFormat : struct, IFormat;

    /// <summary>Rounds and writes <see cref="IPack{TSelf}.Width"/> neighbours; <paramref name="index"/> counts numbers
    /// of the format.</summary>
    static abstract void Store<TFormat>(ref float first, nint index, TSelf value, Noise noise)
        where TFormat : struct, IFormat;
}
