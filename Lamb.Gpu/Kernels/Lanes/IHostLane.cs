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
}
