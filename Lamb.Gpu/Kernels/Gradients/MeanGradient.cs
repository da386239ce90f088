using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Lanes;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels.Gradients;

/// <summary>The mean of a window of k gradients: (a + g / loss scale) / k.</summary>
internal readonly struct MeanGradient : IGradient
{
    /// <inheritdoc/>
    public static Streams Reads => Streams.Gradient | Streams.Accumulator;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Of<TLane>(Element<TLane> e, StepScalars k)
        where TLane : struct, ILane<TLane> =>
        (e.Gradient * TLane.Broadcast(k.GradientScale) + e.Accumulator) * TLane.Broadcast(k.AccumulationShare);
}
