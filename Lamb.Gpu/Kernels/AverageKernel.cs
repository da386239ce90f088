using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Step;

namespace Lamb.Gpu.Kernels;

/// <summary>Moves the average towards the weights, after another kernel has updated the same element.</summary>
/// <remarks>
/// The exponential moving average of keras.optimizers, whose first step copies:
/// <code>
/// w̄ ← w̄ + ((1 − μ)(w − w̄) + θ·ulp(w̄))     θ in (−½, ½) away from zero, another in every step
/// w ← w̄                                   now and then
/// </code>
/// θ dithers the rounding of the sum: where 1 − μ is small, what a step adds is less than half of the last place of w̄
/// and would be lost every time, and so goes up as often as it is large. Where w̄ is w it stays. What is not finite, or
/// leaves float32 as a difference, goes where Keras takes it, μ·w̄ + (1 − μ)·w.
/// Fused behind the other kernel, so that the weights are read once.
/// </remarks>
/// <typeparam name="TKernel">What is done first.</typeparam>
internal readonly struct AverageKernel<TKernel> : ITileKernel
    where TKernel : struct, ITileKernel
{
    /// <inheritdoc/>
    public static Streams Reads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TKernel.Reads | Streams.Weight | Streams.Average;
    }

    /// <inheritdoc/>
    public static Streams Writes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TKernel.Writes | Streams.Weight | Streams.Average;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Compute<TPack>(ref Element<TPack> e, ref SquareSums<TPack> sums, StepScalars k)
        where TPack : struct, IPack<TPack>
    {
        TKernel.Compute(ref e, ref sums, k);
        e.Average = Moved(e, k);

        // Not one or the other: of that choice PoCL's LLVM 18 makes one that it cannot compile.
        if (k.OneMinusAverageMomentum >= 1)
        {
            e.Average = e.Weight;
        }

        if (k.AverageMode == AverageMode.MoveAndOverwrite)
        {
            e.Weight = e.Average;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TPack Moved<TPack>(Element<TPack> e, StepScalars k)
        where TPack : struct, IPack<TPack>
    {
        TPack share = TPack.Broadcast(k.OneMinusAverageMomentum);
        TPack neighbour = e.Average + e.Average * TPack.Broadcast(k.AverageDitherSide);
        TPack change = (e.Weight - e.Average) * share + (neighbour - e.Average) * TPack.Broadcast(k.AverageDither);
        return TPack.FirstIfFinite(
            e.Average + change, e.Average * TPack.Broadcast(k.AverageMomentum) + e.Weight * share);
    }
}
