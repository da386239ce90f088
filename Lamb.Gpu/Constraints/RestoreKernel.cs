using ILGPU;
using Lamb.Gpu.Step;

namespace Lamb.Gpu.Constraints;

/// <summary>Restores the weights that a constraint has changed in a skipped step.</summary>
/// <remarks>
/// Under an adapting loss scale only the device knows whether a step is skipped, and a constraint of a user's own
/// cannot be told; so the weights are kept before it, and come back after it:
/// <code>
/// w ← skipped ? w before the constraint : w
/// </code>
/// </remarks>
internal static class RestoreKernel
{
    /// <summary>The kernel: each lane takes every element whose index is its own modulo the number of lanes.</summary>
    public static void Run(ArrayView<float> weights, ArrayView<float> kept, ArrayView<StepScalars> scalars)
    {
        int lanes = Grid.DimX * Group.DimX;
        long end = scalars[0].Phase == StepPhase.Skip ? weights.Length : 0;
        for (long i = (Grid.IdxX * Group.DimX) + Group.IdxX; i < end; i += lanes)
        {
            weights[i] = kept[i];
        }
    }
}
