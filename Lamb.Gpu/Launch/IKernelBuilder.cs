using ILGPU.Runtime;
using Lamb.Gpu.Kernels;

namespace Lamb.Gpu.Launch;

/// <summary>Compiles the kernels of an optimizer around the worker that fits the storage.</summary>
internal interface IKernelBuilder
{
    /// <summary>Compiles for a worker, and a way to divide work among them.</summary>
    static abstract CompiledKernels Build<TWorker, TClaims>(Accelerator accelerator, KernelForm form)
        where TWorker : struct, ITileWorker
        where TClaims : struct, IClaims;
}
