using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Packs;

namespace Lamb.Gpu.Kernels.Storages;

/// <summary>How the numbers of a stream lie in memory, and come to and from the float32 that is computed
/// with.</summary>
internal interface IStorage
{
    /// <summary>The bytes of a number.</summary>
    static abstract int Size { get; }

    /// <summary>Reads neighbours through a view of the device.</summary>
    static abstract TPack Load<TPack>(ArrayView<float> view, long index)
        where TPack : struct, IGroupPack<TPack>;

    /// <summary>Writes neighbours through a view of the device.</summary>
    static abstract void Store<TPack>(ArrayView<float> view, long index, TPack value, Noise noise)
        where TPack : struct, IGroupPack<TPack>;

    /// <summary>Reads neighbours of host memory.</summary>
    static abstract TPack Load<TPack>(ref float first, nint index)
        where TPack : struct, IHostPack<TPack>;

    /// <summary>Writes neighbours of host memory.</summary>
    static abstract void Store<TPack>(ref float first, nint index, TPack value, Noise noise)
        where TPack : struct, IHostPack<TPack>;
}
