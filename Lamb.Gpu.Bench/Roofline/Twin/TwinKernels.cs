using ILGPU.Runtime;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Launch;

namespace Lamb.Gpu.Bench.Roofline.Twin;

/// <summary>Compiles the kernels of an optimizer that only moves the bytes of its steps.</summary>
internal readonly struct TwinKernels : IKernelBuilder
{
    /// <summary>Compiles the library's kernels around the twins of their equations.</summary>
    public static CompiledKernels Compile(Accelerator accelerator, Tuning tuning, KernelForm form) =>
        WorkerChoice<TwinKernels>.Build(accelerator, tuning, form);

    /// <inheritdoc/>
    public static CompiledKernels Build<TWorker, TClaims>(Accelerator accelerator, KernelForm form)
        where TWorker : struct, ITileWorker
        where TClaims : struct, IClaims =>
        CompiledKernels.Compile<TwinWorker<TWorker>, TClaims>(accelerator, form);
}
