using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Lanes;
using Lamb.Gpu.Kernels.Storages;

namespace Lamb.Gpu.Bench.Roofline.Twin;

/// <summary>Moves what weights of 16 bits and a master copy move; their mean is read, so that both are.</summary>
internal readonly struct TwinMasters : IWeightStorage
{
    private const float Half = 0.5f;

    /// <inheritdoc/>
    public static int Size => sizeof(ushort);

    /// <inheritdoc/>
    public static TLane Load<TLane>(ArrayView<float> weights, long weight, ArrayView<float> masters, long master)
        where TLane : struct, IGroupLane<TLane> =>
        Mean(TLane.Load(masters, master), TLane.LoadHalves<BFloat16Format>(weights, weight));

    /// <inheritdoc/>
    public static void Store<TLane>(
        ArrayView<float> weights, long weight, ArrayView<float> masters, long master, TLane value, Noise noise)
        where TLane : struct, IGroupLane<TLane> =>
        OwnMasterWeights<BFloat16Format, TwinRounding>.Store(weights, weight, masters, master, value, noise);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Load<TLane>(ref float weights, ref float masters, nint index)
        where TLane : struct, IHostLane<TLane> =>
        Mean(TLane.Load(ref masters, index), TLane.LoadHalves<BFloat16Format>(ref weights, index));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLane>(ref float weights, ref float masters, nint index, TLane value, Noise noise)
        where TLane : struct, IHostLane<TLane> =>
        OwnMasterWeights<BFloat16Format, TwinRounding>.Store(ref weights, ref masters, index, value, noise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Mean<TLane>(TLane master, TLane weight)
        where TLane : struct, ILane<TLane> => (master + weight) * TLane.Broadcast(Half);
}
