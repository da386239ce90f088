using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Lanes;

namespace Lamb.Gpu.Kernels.Storages;

/// <summary>The caller's weights alone: what they do not hold is lost.</summary>
/// <typeparam name="TStorage">How they lie in memory.</typeparam>
internal readonly struct SoleWeights<TStorage> : IWeightStorage
    where TStorage : struct, IStorage
{
    /// <inheritdoc/>
    public static int Size => TStorage.Size;

    /// <inheritdoc/>
    public static TLane Load<TLane>(ArrayView<float> weights, long weight, ArrayView<float> masters, long master)
        where TLane : struct, IGroupLane<TLane> => TStorage.Load<TLane>(weights, weight);

    /// <inheritdoc/>
    public static void Store<TLane>(
        ArrayView<float> weights, long weight, ArrayView<float> masters, long master, TLane value, Noise noise)
        where TLane : struct, IGroupLane<TLane> => TStorage.Store(weights, weight, value, noise);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Load<TLane>(ref float weights, ref float masters, nint index)
        where TLane : struct, IHostLane<TLane> => TStorage.Load<TLane>(ref weights, index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLane>(ref float weights, ref float masters, nint index, TLane value, Noise noise)
        where TLane : struct, IHostLane<TLane> => TStorage.Store(ref weights, index, value, noise);
}
