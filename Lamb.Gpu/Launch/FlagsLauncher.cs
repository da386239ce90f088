using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Launch;

/// <summary>The kernel that takes the flags of neighbouring variables as an argument.</summary>
internal delegate void FlagsLauncher(
    AcceleratorStream stream, KernelConfig groups, ArrayView<FlagsBlock> table, FlagsBlock block, int index);
