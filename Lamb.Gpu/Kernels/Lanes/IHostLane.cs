using Lamb.Gpu.Kernels.Formats;

namespace Lamb.Gpu.Kernels.Lanes;

/// <summary>A lane that moves through references to host memory: for the CPU accelerator alone.</summary>
/// <typeparam name="TSelf">The lane itself.</typeparam>
internal interface IHostLane<TSelf> : ILane<TSelf>
    where TSelf : struct, IHostLane<TSelf>
{
    /// <summary>Reads <see cref="ILane{TSelf}.Width"/> neighbours from <paramref name="first"/> on.</summary>
    static abstract TSelf Load(ref float first, nint index);

    /// <summary>Writes <see cref="ILane{TSelf}.Width"/> neighbours from <paramref name="first"/> on.</summary>
    static abstract void Store(ref float first, nint index, TSelf value);

    /// <summary>Reads neighbours of 16 bits; <paramref name="index"/> counts such.</summary>
    static abstract TSelf LoadHalves<TFormat>(ref float first, nint index)
        where TFormat : struct, IHalfFormat;

    /// <summary>Writes neighbours of 16 bits, which hold the values as they are.</summary>
    static abstract void StoreHalves<TFormat>(ref float first, nint index, TSelf value)
        where TFormat : struct, IHalfFormat;
}
