using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Lanes;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>Moves the average towards the weights, after what another kernel has done to the same element.</summary>
/// <remarks>
/// The exponential moving average of keras.optimizers; its momentum is 0 in the first step:
/// <code>
/// w̄ ← momentum·w̄ + (1 − momentum)·w
/// w ← w̄                                 now and then
/// </code>
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
    public static void Advance<TLane>(ref Element<TLane> e, ref SquareSums<TLane> sums, StepScalars k)
        where TLane : struct, ILane<TLane>
    {
        TKernel.Advance(ref e, ref sums, k);
        e.Average = e.Average * TLane.Broadcast(k.AverageMomentum)
            + e.Weight * TLane.Broadcast(k.OneMinusAverageMomentum);
        if (k.AverageMode == AverageMode.MoveAndOverwrite)
        {
            e.Weight = e.Average;
        }
    }
}
