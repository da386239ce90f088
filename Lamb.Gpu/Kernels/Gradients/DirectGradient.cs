using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Lanes;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels.Gradients;

/// <summary>The gradient of this step: g / loss scale.</summary>
internal readonly struct DirectGradient : IGradient
{
    /// <inheritdoc/>
    public static Streams Reads => Streams.Gradient;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Of<TLane>(Element<TLane> e, StepScalars k)
        where TLane : struct, ILane<TLane> => e.Gradient * TLane.Broadcast(k.GradientScale);
}
