using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Lanes;

namespace Lamb.Gpu.Kernels.Storages;

/// <summary>A master copy in float32 beside the caller's weights of 16 bits, which nobody else writes: they are never
/// read.</summary>
/// <typeparam name="TFormat">The format of the caller's weights.</typeparam>
/// <typeparam name="TRounding">How the copy comes to fit it.</typeparam>
internal readonly struct OwnMasterWeights<TFormat, TRounding> : IWeightStorage
    where TFormat : struct, IHalfFormat
    where TRounding : struct, IRounding
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
        TLane.StoreHalves<TFormat>(weights, weight, TRounding.Round<TFormat, TLane>(value, noise));
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
        TLane.StoreHalves<TFormat>(ref weights, index, TRounding.Round<TFormat, TLane>(value, noise));
    }
}
