using ILGPU;

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
}
