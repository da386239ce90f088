using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Packs;

namespace Lamb.Gpu.Kernels.Storages;

/// <summary>Where the weights that are computed with come from and go to: the caller's, or a master copy and the
/// caller's.</summary>
internal interface IWeightStorage
{
    /// <summary>The bytes of one of the caller's weights.</summary>
    static abstract int Size { get; }

    /// <summary>Reads neighbours through views of the device.</summary>
    static abstract TPack Load<TPack>(
        ArrayView<float> weights, long weight, ArrayView<float> masters, long master)
        where TPack : struct, IGroupPack<TPack>;

    /// <summary>Writes neighbours through views of the device.</summary>
    static abstract void Store<TPack>(
        ArrayView<float> weights, long weight, ArrayView<float> masters, long master, TPack value, Noise noise)
        where TPack : struct, IGroupPack<TPack>;

    /// <summary>Reads neighbours of host memory.</summary>
    static abstract TPack Load<TPack>(ref float weights, ref float masters, nint index)
        where TPack : struct, IHostPack<TPack>;

    /// <summary>Writes neighbours of host memory.</summary>
    static abstract void Store<TPack>(ref float weights, ref float masters, nint index, TPack value, Noise noise)
        where TPack : struct, IHostPack<TPack>;
}
