using ILGPU;
using ILGPU.Algorithms;

namespace Lamb.Gpu.Constraints;

/// <summary>Replaces the negative weights of a variable by zero.</summary>
/// <remarks>
/// keras.constraints.NonNeg, for every element:
/// <code>
/// w ← w &lt; 0 ? 0 : w
/// </code>
/// Reads w; writes only what changes. NaN stays.
/// </remarks>
internal static class NonNegativeConstraintKernel
{
    /// <summary>The kernel: each group takes a run of neighbours.</summary>
    public static void Run(ArrayView<float> weights)
    {
        int lanes = Group.DimX;
        long run = (weights.Length + Grid.DimX - 1) / Grid.DimX;
        long end = XMath.Min(run * (Grid.IdxX + 1), weights.Length);
        for (long i = (run * Grid.IdxX) + Group.IdxX; i < end; i += lanes)
        {
            float weight = weights[i];

            // ILGPU's OpenCL code takes the branch of a comparison with NaN too: the comparison alone does not do.
            if (weight < 0 && !XMath.IsNaN(weight))
            {
                weights[i] = 0;
            }
        }
    }
}
