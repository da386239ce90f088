using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Lanes;
using Lamb.Gpu.Kernels.Storages;

namespace Lamb.Gpu.Bench.Roofline.Twin;

/// <summary>Moves what weights of 16 bits and a master copy move where nobody else writes them.</summary>
internal readonly struct TwinOwnMasters : IWeightStorage
{
    /// <inheritdoc/>
    public static int Size => sizeof(ushort);

    /// <inheritdoc/>
    public static TLane Load<TLane>(ArrayView<float> weights, long weight, ArrayView<float> masters, long master)
        where TLane : struct, IGroupLane<TLane> => TLane.Load(masters, master);

    /// <inheritdoc/>
    public static void Store<TLane>(
        ArrayView<float> weights, long weight, ArrayView<float> masters, long master, TLane value, Noise noise)
        where TLane : struct, IGroupLane<TLane>
    {
        TLane.Store(masters, master, value);
        TLane.StoreHalves<BFloat16Format>(weights, weight, value);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Load<TLane>(ref float weights, ref float masters, nint index)
        where TLane : struct, IHostLane<TLane> => TLane.Load(ref masters, index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLane>(ref float weights, ref float masters, nint index, TLane value, Noise noise)
        where TLane : struct, IHostLane<TLane>
    {
        TLane.Store(ref masters, index, value);
        TLane.StoreHalves<BFloat16Format>(ref weights, index, value);
    }
}
