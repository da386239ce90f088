using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Layout;

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
