using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Packs;

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
    public static TPack Load<TPack>(ArrayView<float> weights, long weight, ArrayView<float> masters, long master)
        where TPack : struct, IGroupPack<TPack> => TPack.Load(masters, master);

    /// <inheritdoc/>
    public static void Store<TPack>(
        ArrayView<float> weights, long weight, ArrayView<float> masters, long master, TPack value, Noise noise)
        where TPack : struct, IGroupPack<TPack>
    {
        TPack.Store(masters, master, value);
        TPack.StoreHalves<TFormat>(weights, weight, TRounding.Round<TFormat, TPack>(value, noise));
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
        TPack.StoreHalves<TFormat>(ref weights, index, TRounding.Round<TFormat, TPack>(value, noise));
    }
}
