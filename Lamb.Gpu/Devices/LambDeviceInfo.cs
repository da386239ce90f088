namespace Lamb.Gpu;

/// <summary>Describes a device, or a kind of device that is missing.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">The name that the driver reports, or null if there is no device.</param>
/// <param name="MemoryBytes">The memory of the device in bytes; 0 if there is no device.</param>
/// <param name="Cores">The number of its multiprocessors, or of CPU cores; 0 if there is no device.</param>
/// <param name="Problem">Why the device cannot be used and what to do about it, or null if it can.</param>
public sealed record LambDeviceInfo(LambDeviceKind Kind, string? Name, long MemoryBytes, int Cores, string? Problem)
{
    /// <summary>Gets whether the device can be opened.</summary>
    public bool IsUsable => Problem == null;
}

/// <summary>Names the kinds of accelerator that the kernels run on.</summary>
public enum LambDeviceKind
{
    /// <summary>An NVIDIA GPU through the CUDA driver.</summary>
    Cuda,

    /// <summary>An OpenCL device with the generic address space (OpenCL 2.0, or 3.0 with that feature).</summary>
    OpenCL,

    /// <summary>ILGPU's CPU accelerator: always there.</summary>
    Cpu,
}
