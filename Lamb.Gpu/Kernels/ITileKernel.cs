using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>What a streaming kernel does to one element: the equation, without loop, load or store.</summary>
/// <remarks>
/// All of it asks to be inlined, streams that are made of others' too: the JIT compiler gives up on a large method, and
/// then asks for the streams by a call an element. A step of 2 M weights took 7.3 ms for that, not 3.0.
/// </remarks>
internal interface ITileKernel
{
    /// <summary>The streams that <see cref="Compute"/> needs.</summary>
    static abstract Streams Reads { get; }

    /// <summary>The streams that <see cref="Compute"/> changes.</summary>
    static abstract Streams Writes { get; }

    /// <summary>Changes the element and adds its squares to the sums.</summary>
    static abstract void Compute<TPack>(ref Element<TPack> e, ref SquareSums<TPack> sums, StepScalars k)
        where TPack : struct, IPack<TPack>;
}
