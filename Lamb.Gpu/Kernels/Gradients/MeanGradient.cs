using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels.Gradients;

/// <summary>The mean of a window of k gradients: (a + g / loss scale) / k.</summary>
internal readonly struct MeanGradient : IGradient
{
    /// <inheritdoc/>
    public static Streams Reads => Streams.Gradient | Streams.Accumulator;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Of<TPack>(Element<TPack> e, StepScalars k)
        where TPack : struct, IPack<TPack> =>
        (e.Gradient * TPack.Broadcast(k.GradientScale) + e.Accumulator) * TPack.Broadcast(k.AccumulationShare);
}
