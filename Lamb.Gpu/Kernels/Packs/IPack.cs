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
