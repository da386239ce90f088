using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Step;

namespace Lamb.Gpu.Kernels;

/// <summary>Accumulates the gradient of a micro-step: stores the first one of a window, adds the others.</summary>
/// <remarks>
/// Gradient accumulation of keras.optimizers, s the loss scale:
/// <code>
/// a ← g / s        first of a window, 0 without a gradient
/// a ← a + g / s    the others
/// a ← max(a, g)    where the gradient overwrites the weights; a is 0 at first
/// </code>
/// </remarks>
internal readonly struct AccumulateKernel : ITileKernel
{
    /// <inheritdoc/>
    public static Streams Reads => Streams.Gradient | Streams.Accumulator;

    /// <inheritdoc/>
    public static Streams Writes => Streams.Accumulator;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Compute<TPack>(ref Element<TPack> e, ref SquareSums<TPack> sums, StepScalars k)
        where TPack : struct, IPack<TPack>
    {
        // Not a · 0: what an earlier window left may be infinite.
        TPack before = k.Phase == StepPhase.Store ? default : e.Accumulator;
        if ((k.Flags & VariableFlags.HasGradient) == 0)
        {
            e.Accumulator = before;
        }
        else if ((k.Flags & VariableFlags.Overwrite) != 0)
        {
            e.Accumulator = TPack.Max(before, e.Gradient);
        }
        else
        {
            e.Accumulator = before + e.Gradient * TPack.Broadcast(k.GradientScale);
        }
    }
}
