using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Kernels.Workers;

namespace Lamb.Gpu.Bench.Roofline.Twin;

/// <summary>Moves what weights of 16 bits and a master copy move; their mean is read, so that both are.</summary>
internal readonly struct TwinMasters : IWeightMemory
{
    private const float Half = 0.5f;

    /// <inheritdoc/>
    public static int Size => sizeof(ushort);

    /// <inheritdoc/>
    public static TPack Load<TPack>(ArrayView<float> weights, long weight, ArrayView<float> masters, long master)
        where TPack : struct, IGroupPack<TPack> =>
        Mean(TPack.Load(masters, master), TPack.LoadHalves<BFloat16Format>(weights, weight));

    /// <inheritdoc/>
    public static void Store<TPack>(
        ArrayView<float> weights, long weight, ArrayView<float> masters, long master, TPack value, Noise noise)
        where TPack : struct, IGroupPack<TPack> =>
        OwnMasterWeights<TwinFormat>.Store(weights, weight, masters, master, value, noise);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Load<TPack>(ref float weights, ref float masters, nint index)
        where TPack : struct, IHostPack<TPack> =>
        Mean(TPack.Load(ref masters, index), TPack.LoadHalves<BFloat16Format>(ref weights, index));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TPack>(ref float weights, ref float masters, nint index, TPack value, Noise noise)
        where TPack : struct, IHostPack<TPack> =>
        OwnMasterWeights<TwinFormat>.Store(ref weights, ref masters, index, value, noise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TPack Mean<TPack>(TPack master, TPack weight)
        where TPack : struct, IPack<TPack> => (master + weight) * TPack.Broadcast(Half);
}
