using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Launch;

/// <summary>The kernel whose workers claim what they do.</summary>
internal delegate void FusedLauncher(
    AcceleratorStream stream, KernelConfig groups, StepViews views, QueueViews queue, StepScalars k, int launch);
