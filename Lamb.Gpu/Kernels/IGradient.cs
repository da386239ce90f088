using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Step;

namespace Lamb.Gpu.Kernels;

/// <summary>Where the gradient of an update comes from.</summary>
internal interface IGradient
{
    /// <summary>The streams that <see cref="Of"/> needs.</summary>
    static abstract Streams Reads { get; }

    /// <summary>The gradient before it is clipped.</summary>
    static abstract TPack Of<TPack>(Element<TPack> e, StepScalars k)
        where TPack : struct, IPack<TPack>;
}

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
