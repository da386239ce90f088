using ILGPU;
using Lamb.Gpu.Kernels.Formats;

namespace Lamb.Gpu.Kernels.Lanes;

/// <summary>A lane that moves through ILGPU views: for groups of lanes, on every accelerator.</summary>
/// <typeparam name="TSelf">The lane itself.</typeparam>
internal interface IGroupLane<TSelf> : ILane<TSelf>
    where TSelf : struct, IGroupLane<TSelf>
{
    /// <summary>Reads <see cref="ILane{TSelf}.Width"/> neighbours; <paramref name="index"/> is a multiple of
    /// it.</summary>
    static abstract TSelf Load(ArrayView<float> view, long index);

    /// <summary>Writes <see cref="ILane{TSelf}.Width"/> neighbours; <paramref name="index"/> is a multiple of
    /// it.</summary>
    static abstract void Store(ArrayView<float> view, long index, TSelf value);

    /// <summary>Reads neighbours of 16 bits; <paramref name="index"/> counts such.</summary>
    static abstract TSelf LoadHalves<TFormat>(ArrayView<float> view, long index)
        where TFormat : struct, IHalfFormat;

    /// <summary>Writes neighbours of 16 bits, which hold the values as they are.</summary>
    static abstract void StoreHalves<TFormat>(ArrayView<float> view, long index, TSelf value)
        where TFormat : struct, IHalfFormat;
}
