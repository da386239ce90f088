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
        where TPack : struct, IGroupPack<TPack> => TFormat.Load<TPack>(weights, weight);

    /// <inheritdoc/>
    public static void Store<TPack>(
        ArrayView<float> weights, long weight, ArrayView<float> masters, long master, TPack value, Noise noise)
        where TPack : struct, IGroupPack<TPack> => TFormat.Store(weights, weight, value, noise);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Load<TPack>(ref float weights, ref float masters, nint index)
        where TPack : struct, IHostPack<TPack> => TFormat.Load<TPack>(ref weights, index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TPack>(ref float weights, ref float masters, nint index, TPack value, Noise noise)
        where TPack : struct, IHostPack<TPack> => TFormat.Store(ref weights, index, value, noise);
}

/// <summary>A master copy in float32 beside the caller's 16-bit weights, which other code may write.</summary>
/// <remarks>
/// Where the caller's weight is not what the master rounds to, other code has written it, and it is taken:
/// <code>
/// w = round(master) = weight ? master : weight
/// </code>
/// So a master copy of zeros takes the weights by itself, and nothing drifts apart unseen.
/// </remarks>
/// <typeparam name="TFormat">The format of the caller's weights.</typeparam>
internal readonly struct MasterWeights<TFormat> : IWeightMemory
    where TFormat : struct, IHalfFormat
{
    /// <inheritdoc/>
    public static int Size => sizeof(ushort);

    /// <inheritdoc/>
    public static TPack Load<TPack>(ArrayView<float> weights, long weight, ArrayView<float> masters, long master)
        where TPack : struct, IGroupPack<TPack> =>
        TPack.FirstIfRounded<TFormat>(TPack.Load(masters, master), TPack.LoadHalves<TFormat>(weights, weight));

    /// <inheritdoc/>
    public static void Store<TPack>(
        ArrayView<float> weights, long weight, ArrayView<float> masters, long master, TPack value, Noise noise)
        where TPack : struct, IGroupPack<TPack> =>
        OwnMasterWeights<Nearest<TFormat>>.Store(weights, weight, masters, master, value, noise);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Load<TPack>(ref float weights, ref float masters, nint index)
        where TPack : struct, IHostPack<TPack> =>
        TPack.FirstIfRounded<TFormat>(TPack.Load(ref masters, index), TPack.LoadHalves<TFormat>(ref weights, index));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TPack>(ref float weights, ref float masters, nint index, TPack value, Noise noise)
        where TPack : struct, IHostPack<TPack> =>
        OwnMasterWeights<Nearest<TFormat>>.Store(ref weights, ref masters, index, value, noise);
}

/// <summary>A master copy in float32 beside the caller's 16-bit weights, which no other code writes: they are never
/// read.</summary>
/// <typeparam name="TFormat">The format of the caller's weights.</typeparam>
internal readonly struct OwnMasterWeights<TFormat> : IWeightMemory
    where TFormat : struct, IFormat
{
    /// <inheritdoc/>
    public static int Size => TFormat.Size;

    /// <inheritdoc/>
    public static TPack Load<TPack>(ArrayView<float> weights, long weight, ArrayView<float> masters, long master)
        where TPack : struct, IGroupPack<TPack> => TPack.Load(masters, master);

    /// <inheritdoc/>
    public static void Store<TPack>(
        ArrayView<float> weights, long weight, ArrayView<float> masters, long master, TPack value, Noise noise)
        where TPack : struct, IGroupPack<TPack>
    {
        TPack.Store(masters, master, value);
        TFormat.Store(weights, weight, value, noise);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Load<TPack>(ref float weights, ref float masters, nint index)
        where TPack : struct, IHostPack<TPack> => TPack.Load(ref masters, index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TPack>(ref float weights, ref float masters, nint index, TPack value, Noise noise)
        where TPack : struct, IHostPack<TPack>
    {
        TPack.Store(ref masters, index, value);
        TFormat.Store(ref weights, index, value, noise);
    }
}
