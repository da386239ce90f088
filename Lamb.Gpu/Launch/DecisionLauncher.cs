using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Launch;

/// <summary>The kernel that also looks back at the scalars of the last steps.</summary>
internal delegate void DecisionLauncher(
    AcceleratorStream stream,
    KernelConfig groups,
    StepViews views,
    StepScalars k,
    ArrayView<StepScalars> history,
    int slot);
