using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Lanes;

namespace Lamb.Gpu.Kernels.Storages;

/// <summary>How the numbers of a stream lie in memory, and come to and from the float32 that is computed
/// with.</summary>
internal interface IStorage
{
    /// <summary>The bytes of a number.</summary>
    static abstract int Size { get; }

    /// <summary>Reads neighbours through a view of the device.</summary>
    static abstract TLane Load<TLane>(ArrayView<float> view, long index)
        where TLane : struct, IGroupLane<TLane>;

    /// <summary>Writes neighbours through a view of the device.</summary>
    static abstract void Store<TLane>(ArrayView<float> view, long index, TLane value, Noise noise)
        where TLane : struct, IGroupLane<TLane>;

    /// <summary>Reads neighbours of host memory.</summary>
    static abstract TLane Load<TLane>(ref float first, nint index)
        where TLane : struct, IHostLane<TLane>;

    /// <summary>Writes neighbours of host memory.</summary>
    static abstract void Store<TLane>(ref float first, nint index, TLane value, Noise noise)
        where TLane : struct, IHostLane<TLane>;
}
