using Lamb.Gpu.Kernels.Lanes;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>Where the gradient of an update comes from.</summary>
internal interface IGradient
{
    /// <summary>The streams that <see cref="Of"/> needs.</summary>
    static abstract Streams Reads { get; }

    /// <summary>The gradient before it is clipped.</summary>
    static abstract TLane Of<TLane>(Element<TLane> e, StepScalars k)
        where TLane : struct, ILane<TLane>;
}
