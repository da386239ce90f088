using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Packs;

namespace Lamb.Gpu.Kernels.Storages;

/// <summary>The caller's weights alone: what they do not hold is lost.</summary>
/// <typeparam name="TStorage">How they lie in memory.</typeparam>
internal readonly struct SoleWeights<TStorage> : IWeightStorage
    where TStorage : struct, IStorage
{
    /// <inheritdoc/>
    public static int Size => TStorage.Size;

    /// <inheritdoc/>
    public static TPack Load<TPack>(ArrayView<float> weights, long weight, ArrayView<float> masters, long master)
        where TPack : struct, IGroupPack<TPack> => TStorage.Load<TPack>(weights, weight);

    /// <inheritdoc/>
    public static void Store<TPack>(
        ArrayView<float> weights, long weight, ArrayView<float> masters, long master, TPack value, Noise noise)
        where TPack : struct, IGroupPack<TPack> => TStorage.Store(weights, weight, value, noise);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Load<TPack>(ref float weights, ref float masters, nint index)
        where TPack : struct, IHostPack<TPack> => TStorage.Load<TPack>(ref weights, index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TPack>(ref float weights, ref float masters, nint index, TPack value, Noise noise)
        where TPack : struct, IHostPack<TPack> => TStorage.Store(ref weights, index, value, noise);
}
