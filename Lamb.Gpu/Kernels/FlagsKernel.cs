using ILGPU;
using Lamb.Gpu.Step;

namespace Lamb.Gpu.Kernels;

/// <summary>Writes the flags of neighbouring variables where they have changed.</summary>
/// <remarks>
/// What a step does with each variable: whether it has a gradient, decays, is overwritten:
/// <code>
/// flags of variables 64·i to 64·i + 63 ← those of the launch
/// </code>
/// One lane; launched only where something has changed since the last step.
/// </remarks>
internal static class FlagsKernel
{
    /// <summary>The kernel: one lane writes the block.</summary>
    public static void Run(ArrayView<FlagsBlock> table, FlagsBlock block, int index) => table[index] = block;
}
