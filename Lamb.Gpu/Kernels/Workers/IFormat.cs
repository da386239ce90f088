using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Packs;

namespace Lamb.Gpu.Kernels.Workers;

/// <summary>How the numbers of a stream are stored, and the way to and from the float32 that is computed
/// with.</summary>
internal interface IFormat
{
    /// <summary>Bytes per number.</summary>
    static abstract int Size { get; }

    /// <summary>Reads neighbours through a view of the device.</summary>
    static abstract TPack Load<TPack>(ArrayView<float> view, long index)
        where TPack : struct, IGroupPack<TPack>;

    /// <summary>Writes neighbours through a view of the device.</summary>
    static abstract void Store<TPack>(ArrayView<float> view, long index, TPack value, Noise noise)
        where TPack : struct, IGroupPack<TPack>;

    /// <summary>Reads neighbours of host memory.</summary>
    static abstract TPack Load<TPack>(ref float first, nint index)
        where TPack : struct, IHostPack<TPack>;

    /// <summary>Writes neighbours of host memory.</summary>
    static abstract void Store<TPack>(ref float first, nint index, TPack value, Noise noise)
        where TPack : struct, IHostPack<TPack>;
}

/// <summary>float32, as it is computed.</summary>
internal readonly struct Float32Format : IFormat
{
    /// <inheritdoc/>
    public static int Size => sizeof(float);

    /// <inheritdoc/>
    public static TPack Load<TPack>(ArrayView<float> view, long index)
        where TPack : struct, IGroupPack<TPack> => TPack.Load(view, index);

    /// <inheritdoc/>
    public static void Store<TPack>(ArrayView<float> view, long index, TPack value, Noise noise)
        where TPack : struct, IGroupPack<TPack> => TPack.Store(view, index, value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Load<TPack>(ref float first, nint index)
        where TPack : struct, IHostPack<TPack> => TPack.Load(ref first, index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TPack>(ref float first, nint index, TPack value, Noise noise)
        where TPack : struct, IHostPack<TPack> => TPack.Store(ref first, index, value);
}

/// <summary>A 16-bit format whose results are rounded to the nearest, ties to even.</summary>
/// <typeparam name="TFormat">The 16-bit format.</typeparam>
internal readonly struct Nearest<TFormat> : IFormat
    where TFormat : struct, IHalfFormat
{
    /// <inheritdoc/>
    public static int Size => sizeof(ushort);

    /// <inheritdoc/>
    public static TPack Load<TPack>(ArrayView<float> view, long index)
        where TPack : struct, IGroupPack<TPack> => TPack.LoadHalves<TFormat>(view, index);

    /// <inheritdoc/>
    public static void Store<TPack>(ArrayView<float> view, long index, TPack value, Noise noise)
        where TPack : struct, IGroupPack<TPack> =>
        TPack.StoreHalves<TFormat>(view, index, TPack.Rounded<TFormat>(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Load<TPack>(ref float first, nint index)
        where TPack : struct, IHostPack<TPack> => TPack.LoadHalves<TFormat>(ref first, index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TPack>(ref float first, nint index, TPack value, Noise noise)
        where TPack : struct, IHostPack<TPack> =>
        TPack.StoreHalves<TFormat>(ref first, index, TPack.Rounded<TFormat>(value));
}

/// <summary>A 16-bit format whose results are rounded up or down by chance, right in the mean over many
/// steps.</summary>
/// <typeparam name="TFormat">The 16-bit format.</typeparam>
internal readonly struct Stochastic<TFormat> : IFormat
    where TFormat : struct, IHalfFormat
{
    /// <inheritdoc/>
    public static int Size => sizeof(ushort);

    /// <inheritdoc/>
    public static TPack Load<TPack>(ArrayView<float> view, long index)
        where TPack : struct, IGroupPack<TPack> => TPack.LoadHalves<TFormat>(view, index);

    /// <inheritdoc/>
    public static void Store<TPack>(ArrayView<float> view, long index, TPack value, Noise noise)
        where TPack : struct, IGroupPack<TPack> =>
        TPack.StoreHalves<TFormat>(view, index, TPack.RoundedAtRandom<TFormat>(value, noise));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Load<TPack>(ref float first, nint index)
        where TPack : struct, IHostPack<TPack> => TPack.LoadHalves<TFormat>(ref first, index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TPack>(ref float first, nint index, TPack value, Noise noise)
        where TPack : struct, IHostPack<TPack> =>
        TPack.StoreHalves<TFormat>(ref first, index, TPack.RoundedAtRandom<TFormat>(value, noise));
}
