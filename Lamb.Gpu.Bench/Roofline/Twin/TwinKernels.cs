using ILGPU.Runtime;
using Lamb.Gpu.Kernels.Claims;
using Lamb.Gpu.Kernels.Workers;
using Lamb.Gpu.Launch;

namespace Lamb.Gpu.Bench.Roofline.Twin;

/// <summary>Compiles the kernels of an optimizer that only moves the bytes of its steps.</summary>
internal static class TwinKernels
{
    /// <summary>Compiles the library's kernels around the twins of their equations.</summary>
    public static CompiledKernels Compile(Accelerator accelerator, Tuning tuning, KernelForm form) =>
        tuning.IsHost
            ? CompiledKernels.Compile<TwinWorker<VectorWorker>, HostClaims>(accelerator, form)
            : CompiledKernels.Compile<TwinWorker<GroupWorker>, GroupClaims>(accelerator, form);
}
