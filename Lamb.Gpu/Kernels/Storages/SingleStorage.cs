using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Packs;

namespace Lamb.Gpu.Kernels.Storages;

/// <summary>float32, as it is computed.</summary>
internal readonly struct SingleStorage : IStorage
{
    /// <inheritdoc/>
    public static int Size => sizeof(float);

    /// <inheritdoc/>
    public static TPack Load<TPack>(ArrayView<float> view, long index)
        where TPack : struct, IGroupPack<TPack> => TPack.Load(view, index);

    /// <inheritdoc/>
    public static void Store<TPack>(ArrayView<float> view, long index, TPack value, Noise noise)
        where TPack : struct, IGroupPack<TPack> => TPack.Store(view, index, value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Load<TPack>(ref float first, nint index)
        where TPack : struct, IHostPack<TPack> => TPack.Load(ref first, index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TPack>(ref float first, nint index, TPack value, Noise noise)
        where TPack : struct, IHostPack<TPack> => TPack.Store(ref first, index, value);
}
