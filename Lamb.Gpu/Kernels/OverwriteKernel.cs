using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Step;

namespace Lamb.Gpu.Kernels;

/// <summary>Replaces the weights by the gradient, for variables that are set rather than trained.</summary>
/// <remarks>
/// overwrite_with_gradient of keras.Variable; neither scaled nor clipped:
/// <code>
/// w ← g
/// w ← max(g, a)    at the end of a window of accumulation, and a ← 0
/// </code>
/// </remarks>
internal readonly struct OverwriteKernel : ITileKernel
{
    /// <inheritdoc/>
    public static Streams Reads => Streams.Gradient | Streams.Accumulator;

    /// <inheritdoc/>
    public static Streams Writes => Streams.Weight | Streams.Accumulator;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Compute<TPack>(ref Element<TPack> e, ref SquareSums<TPack> sums, StepScalars k)
        where TPack : struct, IPack<TPack>
    {
        e.Weight = k.AccumulationShare < 1 ? TPack.Max(e.Gradient, e.Accumulator) : e.Gradient;

        // Without accumulation this is the first moment, of which such a variable has none.
        e.Accumulator = default;
    }
}
