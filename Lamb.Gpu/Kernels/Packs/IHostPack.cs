using Lamb.Gpu.Kernels.Formats;

namespace Lamb.Gpu.Kernels.Packs;

/// <summary>A pack that moves through references to host memory: for the CPU accelerator alone.</summary>
/// <typeparam name="TSelf">The pack itself.</typeparam>
internal interface IHostPack<TSelf> : IPack<TSelf>
    where TSelf : struct, IHostPack<TSelf>
{
    /// <summary>Reads <see cref="IPack{TSelf}.Width"/> neighbours from <paramref name="first"/> on.</summary>
    static abstract TSelf Load(ref float first, nint index);

    /// <summary>Writes <see cref="IPack{TSelf}.Width"/> neighbours from <paramref name="first"/> on.</summary>
    static abstract void Store(ref float first, nint index, TSelf value);

    /// <summary>Reads neighbours of 16 bits; <paramref name="index"/> counts such.</summary>
    static abstract TSelf LoadHalves<TFormat>(ref float first, nint index)
        where TFormat : struct, IHalfFormat;

    /// <summary>Writes neighbours of 16 bits, which hold the values as they are.</summary>
    static abstract void StoreHalves<TFormat>(ref float first, nint index, TSelf value)
        where TFormat : struct, IHalfFormat;
}
