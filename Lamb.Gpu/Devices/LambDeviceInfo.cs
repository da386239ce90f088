namespace Lamb.Gpu;

/// <summary>Describes a device, or a kind of device that is missing.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">The name that the driver gives, or null where there is no device.</param>
/// <param name="MemoryBytes">The memory of the device in bytes; 0 where there is no device.</param>
/// <param name="Cores">Its multiprocessors, or the processors of the CPU; 0 where there is no device.</param>
/// <param name="Problem">Why it cannot be used and what to do about it, or null where it can.</param>
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
