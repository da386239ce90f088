using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Launch;

/// <summary>A kernel that needs nothing but what is on the device and the scalars of the step.</summary>
internal delegate void StepKernel(AcceleratorStream stream, KernelConfig groups, StepViews views, StepScalars k);
