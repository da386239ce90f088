using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Packs;

namespace Lamb.Gpu.Kernels.Workers;

/// <summary>Where the weights that are computed with come from and go to: the caller's, or a master copy and the
/// caller's.</summary>
internal interface IWeightMemory
{
    /// <summary>The bytes of one of the caller's weights.</summary>
    static abstract int Size { get; }

    /// <summary>Reads neighbours through views of the device.</summary>
    static abstract TPack Load<TPack>(
        ArrayView<float> weights, long weight, ArrayView<float> masters, long master)
        where TPack : struct, IGroupPack<TPack>;

    /// <summary>Writes neighbours through views of the device.</summary>
    static abstract void Store<TPack>(
        ArrayView<float> weights, long weight, ArrayView<float> masters, long master, TPack value, Noise noise)
        where TPack : struct, IGroupPack<TPack>;

    /// <summary>Reads neighbours of host memory.</summary>
    static abstract TPack Load<TPack>(ref float weights, ref float masters, nint index)
        where TPack : struct, IHostPack<TPack>;

    /// <summary>Writes neighbours of host memory.</summary>
    static abstract void Store<TPack>(ref float weights, ref float masters, nint index, TPack value, Noise noise)
        where TPack : struct, IHostPack<TPack>;
}

/// <summary>The caller's weights alone: what they do not hold is lost.</summary>
/// <typeparam name="TFormat">How they are stored.</typeparam>
internal readonly struct SoleWeights<TFormat> : IWeightMemory
    where TFormat : struct, IFormat
{
    /// <inheritdoc/>
    public static int Size => TFormat.Size;

    /// <inheritdoc/>
    public static TPack Load<TPack>(ArrayView<float> weights, long weight, ArrayView<float> masters, long master)
        where TPack : struct, IGroupPack<TPack> => TPack.Load<TFormat>(weights, weight);

    /// <inheritdoc/>
    public static void Store<TPack>(
        ArrayView<float> weights, long weight, ArrayView<float> masters, long master, TPack value, Noise noise)
        where TPack : struct, IGroupPack<TPack> => TPack.Store<TFormat>(weights, weight, value, noise);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Load<TPack>(ref float weights, ref float masters, nint index)
        where TPack : struct, IHostPack<TPack> => TPack.Load<TFormat>(ref weights, index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TPack>(ref float weights, ref float masters, nint index, TPack value, Noise noise)
        where TPack : struct, IHostPack<TPack> => TPack.Store<TFormat>(ref weights, index, value, noise);
}

/// <summary>A master copy in float32 beside the caller's weights of 16 bits, which anybody may write.</summary>
/// <remarks>
/// Where the caller's weight is not what the master rounds to, somebody else has written it, and it is taken:
/// <code>
/// w = round(master) = weight ? master : weight
/// </code>
/// So a master copy of zeros takes the weights by itself, and nothing drifts apart unseen.
/// </remarks>
/// <typeparam name="TFormat">The format of the caller's weights.</typeparam>
internal readonly struct MasterWeights<TFormat> : IWeightMemory
    where TFormat : struct, IFormat
{
    /// <inheritdoc/>
    public static int Size => sizeof(ushort);

    /// <inheritdoc/>
    public static TPack Load<TPack>(ArrayView<float> weights, long weight, ArrayView<float> masters, long master)
        where TPack : struct, IGroupPack<TPack> =>
        TPack.FirstIfRounded<TFormat>(
            TPack.Load<Float32Format>(masters, master), TPack.Load<TFormat>(weights, weight));

    /// <inheritdoc/>
    public static void Store<TPack>(
        ArrayView<float> weights, long weight, ArrayView<float> masters, long master, TPack value, Noise noise)
        where TPack : struct, IGroupPack<TPack> =>
        OwnMasterWeights<TFormat>.Store(weights, weight, masters, master, value, noise);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Load<TPack>(ref float weights, ref float masters, nint index)
        where TPack : struct, IHostPack<TPack> =>
        TPack.FirstIfRounded<TFormat>(
            TPack.Load<Float32Format>(ref masters, index), TPack.Load<TFormat>(ref weights, index));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TPack>(ref float weights, ref float masters, nint index, TPack value, Noise noise)
        where TPack : struct, IHostPack<TPack> =>
        OwnMasterWeights<TFormat>.Store(ref weights, ref masters, index, value, noise);
}

/// <summary>A master copy in float32 beside the caller's weights of 16 bits, which nobody else writes: they are never
/// read.</summary>
/// <typeparam name="TFormat">The format of the caller's weights.</typeparam>
internal readonly struct OwnMasterWeights<TFormat> : IWeightMemory
    where TFormat : struct, IFormat
{
    /// <inheritdoc/>
    public static int Size => sizeof(ushort);

    /// <inheritdoc/>
    public static TPack Load<TPack>(ArrayView<float> weights, long weight, ArrayView<float> masters, long master)
        where TPack : struct, IGroupPack<TPack> => TPack.Load<Float32Format>(masters, master);

    /// <inheritdoc/>
    public static void Store<TPack>(
        ArrayView<float> weights, long weight, ArrayView<float> masters, long master, TPack value, Noise noise)
        where TPack : struct, IGroupPack<TPack>
    {
        TPack.Store<Float32Format>(masters, master, value, default);
        TPack.Store<TFormat>(weights, weight, value, noise);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Load<TPack>(ref float weights, ref float masters, nint index)
        where TPack : struct, IHostPack<TPack> => TPack.Load<Float32Format>(ref masters, index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TPack>(ref float weights, ref float masters, nint index, TPack value, Noise noise)
        where TPack : struct, IHostPack<TPack>
    {
        TPack.Store<Float32Format>(ref masters, index, value, default);
        TPack.Store<TFormat>(ref weights, index, value, noise);
    }
}
