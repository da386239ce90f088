using ILGPU;
using Lamb.Gpu.Kernels.Formats;

namespace Lamb.Gpu.Kernels.Packs;

/// <summary>A pack that moves through ILGPU views: for groups of lanes, on every accelerator.</summary>
/// <typeparam name="TSelf">The pack itself.</typeparam>
internal interface IGroupPack<TSelf> : IPack<TSelf>
    where TSelf : struct, IGroupPack<TSelf>
{
    /// <summary>Reads <see cref="IPack{TSelf}.Width"/> neighbours; <paramref name="index"/> is a multiple of
    /// it.</summary>
    static abstract TSelf Load(ArrayView<float> view, long index);

    /// <summary>Writes <see cref="IPack{TSelf}.Width"/> neighbours; <paramref name="index"/> is a multiple of
    /// it.</summary>
    static abstract void Store(ArrayView<float> view, long index, TSelf value);

    /// <summary>Reads neighbours of 16 bits; <paramref name="index"/> counts such.</summary>
    static abstract TSelf LoadHalves<TFormat>(ArrayView<float> view, long index)
        where TFormat : struct, IHalfFormat;

    /// <summary>Writes neighbours of 16 bits, which hold the values as they are.</summary>
    static abstract void StoreHalves<TFormat>(ArrayView<float> view, long index, TSelf value)
        where TFormat : struct, IHalfFormat;
}
