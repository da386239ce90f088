using ILGPU.Runtime;

namespace Lamb.Gpu.Launch;

/// <summary>Makes the kernels of an optimizer.</summary>
internal delegate CompiledKernels KernelCompiler(Accelerator accelerator, Tuning tuning, KernelForm form);
