using ILGPU.Runtime;
using Lamb.Gpu.Kernels;

namespace Lamb.Gpu.Launch;

/// <summary>Compiles the library's kernels as they are.</summary>
internal readonly struct LambBuilder : IKernelBuilder
{
    /// <inheritdoc/>
    public static CompiledKernels Build<TWorker, TClaims>(Accelerator accelerator, KernelForm form)
        where TWorker : struct, ITileWorker
        where TClaims : struct, IClaims => CompiledKernels.Compile<TWorker, TClaims>(accelerator, form);
}
