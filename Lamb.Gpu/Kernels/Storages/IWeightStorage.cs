using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Lanes;

namespace Lamb.Gpu.Kernels.Storages;

/// <summary>Where the weights that are computed with come from and go to: the caller's, or a master copy and the
/// caller's.</summary>
internal interface IWeightStorage
{
    /// <summary>The bytes of one of the caller's weights.</summary>
    static abstract int Size { get; }

    /// <summary>Reads neighbours through views of the device.</summary>
    static abstract TLane Load<TLane>(
        ArrayView<float> weights, long weight, ArrayView<float> masters, long master)
        where TLane : struct, IGroupLane<TLane>;

    /// <summary>Writes neighbours through views of the device.</summary>
    static abstract void Store<TLane>(
        ArrayView<float> weights, long weight, ArrayView<float> masters, long master, TLane value, Noise noise)
        where TLane : struct, IGroupLane<TLane>;

    /// <summary>Reads neighbours of host memory.</summary>
    static abstract TLane Load<TLane>(ref float weights, ref float masters, nint index)
        where TLane : struct, IHostLane<TLane>;

    /// <summary>Writes neighbours of host memory.</summary>
    static abstract void Store<TLane>(ref float weights, ref float masters, nint index, TLane value, Noise noise)
        where TLane : struct, IHostLane<TLane>;
}
