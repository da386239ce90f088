using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels.Gradients;

/// <summary>The gradient of this step: g / loss scale.</summary>
internal readonly struct DirectGradient : IGradient
{
    /// <inheritdoc/>
    public static Streams Reads => Streams.Gradient;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Of<TPack>(Element<TPack> e, StepScalars k)
        where TPack : struct, IPack<TPack> => e.Gradient * TPack.Broadcast(k.GradientScale);
}
