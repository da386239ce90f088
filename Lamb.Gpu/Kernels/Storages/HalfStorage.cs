using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Lanes;

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
    public static TLane Load<TLane>(ArrayView<float> view, long index)
        where TLane : struct, IGroupLane<TLane> => TLane.LoadHalves<TFormat>(view, index);

    /// <inheritdoc/>
    public static void Store<TLane>(ArrayView<float> view, long index, TLane value, Noise noise)
        where TLane : struct, IGroupLane<TLane> =>
        TLane.StoreHalves<TFormat>(view, index, TRounding.Round<TFormat, TLane>(value, noise));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Load<TLane>(ref float first, nint index)
        where TLane : struct, IHostLane<TLane> => TLane.LoadHalves<TFormat>(ref first, index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLane>(ref float first, nint index, TLane value, Noise noise)
        where TLane : struct, IHostLane<TLane> =>
        TLane.StoreHalves<TFormat>(ref first, index, TRounding.Round<TFormat, TLane>(value, noise));
}
