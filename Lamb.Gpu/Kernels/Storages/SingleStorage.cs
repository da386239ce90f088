using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Lanes;

namespace Lamb.Gpu.Kernels.Storages;

/// <summary>float32, as it is computed.</summary>
internal readonly struct SingleStorage : IStorage
{
    /// <inheritdoc/>
    public static int Size => sizeof(float);

    /// <inheritdoc/>
    public static TLane Load<TLane>(ArrayView<float> view, long index)
        where TLane : struct, IGroupLane<TLane> => TLane.Load(view, index);

    /// <inheritdoc/>
    public static void Store<TLane>(ArrayView<float> view, long index, TLane value, Noise noise)
        where TLane : struct, IGroupLane<TLane> => TLane.Store(view, index, value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Load<TLane>(ref float first, nint index)
        where TLane : struct, IHostLane<TLane> => TLane.Load(ref first, index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLane>(ref float first, nint index, TLane value, Noise noise)
        where TLane : struct, IHostLane<TLane> => TLane.Store(ref first, index, value);
}
