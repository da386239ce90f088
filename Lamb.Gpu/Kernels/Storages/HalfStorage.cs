using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Packs;

namespace Lamb.Gpu.Kernels.Storages;

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
