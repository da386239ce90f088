namespace Lamb.Gpu;

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
