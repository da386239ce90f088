using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Packs;

namespace Lamb.Gpu.Kernels.Workers;

/// <summary>How the numbers of a stream lie in memory, and come to and from the float32 that is computed
/// with.</summary>
internal interface IStorage
{
    /// <summary>The bytes of a number.</summary>
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
internal readonly struct SingleStorage : IStorage
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

/// <summary>A format of 16 bits.</summary>
/// <typeparam name="TFormat">The format.</typeparam>
/// <typeparam name="TRounding">How a result comes to fit it.</typeparam>
internal readonly struct HalfStorage<TFormat, TRounding> : IStorage
    where TFormat : struct, IHalfFormat
    where TRounding : struct, IRounding
{
    /// <inheritdoc/>
    public static int Size => sizeof(ushort);

    /// <inheritdoc/>
    public static TPack Load<TPack>(ArrayView<float> view, long index)
        where TPack : struct, IGroupPack<TPack> => TPack.LoadHalves<TFormat>(view, index);

    /// <inheritdoc/>
    public static void Store<TPack>(ArrayView<float> view, long index, TPack value, Noise noise)
        where TPack : struct, IGroupPack<TPack> =>
        TPack.StoreHalves<TFormat>(view, index, TRounding.Round<TFormat, TPack>(value, noise));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Load<TPack>(ref float first, nint index)
        where TPack : struct, IHostPack<TPack> => TPack.LoadHalves<TFormat>(ref first, index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TPack>(ref float first, nint index, TPack value, Noise noise)
        where TPack : struct, IHostPack<TPack> =>
        TPack.StoreHalves<TFormat>(ref first, index, TRounding.Round<TFormat, TPack>(value, noise));
}

/// <summary>How a float32 becomes a value that a format of 16 bits holds.</summary>
internal interface IRounding
{
    /// <summary>Rounds each place.</summary>
    static abstract TPack Round<TFormat, TPack>(TPack value, Noise noise)
        where TFormat : struct, IHalfFormat
        where TPack : struct, IPack<TPack>;
}

/// <summary>To the nearest value, ties to even.</summary>
internal readonly struct NearestRounding : IRounding
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Round<TFormat, TPack>(TPack value, Noise noise)
        where TFormat : struct, IHalfFormat
        where TPack : struct, IPack<TPack> => TPack.Rounded<TFormat>(value);
}

/// <summary>To one of the two values around it, the nearer the likelier: right on average.</summary>
internal readonly struct StochasticRounding : IRounding
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Round<TFormat, TPack>(TPack value, Noise noise)
        where TFormat : struct, IHalfFormat
        where TPack : struct, IPack<TPack> => TPack.RoundedAtRandom<TFormat>(value, noise);
}
