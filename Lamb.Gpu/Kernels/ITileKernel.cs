using Lamb.Gpu.Kernels.Lanes;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>What a streaming kernel does to one element: the equation, without loop, load or store.</summary>
internal interface ITileKernel
{
    /// <summary>The streams that <see cref="Advance"/> needs.</summary>
    static abstract Streams Reads { get; }

    /// <summary>The streams that <see cref="Advance"/> changes.</summary>
    static abstract Streams Writes { get; }

    /// <summary>Changes the element and adds its squares to the sums.</summary>
    static abstract void Advance<TLane>(ref Element<TLane> e, ref SquareSums<TLane> sums, StepScalars k)
        where TLane : struct, ILane<TLane>;
}
