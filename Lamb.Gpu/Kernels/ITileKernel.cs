using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Step;

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

/// <summary>One element of every stream, or as many neighbours as a pack holds, in registers.</summary>
/// <typeparam name="TPack">The pack.</typeparam>
internal struct Element<TPack>
    where TPack : struct
{
    /// <summary>g.</summary>
    public TPack Gradient;

    /// <summary>w.</summary>
    public TPack Weight;

    /// <summary>m.</summary>
    public TPack FirstMoment;

    /// <summary>v.</summary>
    public TPack SecondMoment;

    /// <summary>a.</summary>
    public TPack Accumulator;

    /// <summary>w̄.</summary>
    public TPack Average;
}

/// <summary>The arrays that run beside each other through a step, one element a weight.</summary>
[Flags]
internal enum Streams
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>g, which belongs to the caller.</summary>
    Gradient = 1,

    /// <summary>w, which belongs to the caller.</summary>
    Weight = 2,

    /// <summary>m, optimizer state.</summary>
    FirstMoment = 4,

    /// <summary>v, optimizer state.</summary>
    SecondMoment = 8,

    /// <summary>a, the gradients accumulated so far, optimizer state.</summary>
    Accumulator = 16,

    /// <summary>w̄, the average of the weights, optimizer state.</summary>
    Average = 32,
}

/// <summary>Does nothing, where nothing but the average moves.</summary>
internal readonly struct Idle : ITileKernel
{
    /// <inheritdoc/>
    public static Streams Reads => Streams.None;

    /// <inheritdoc/>
    public static Streams Writes => Streams.None;

    /// <inheritdoc/>
    public static void Compute<TPack>(ref Element<TPack> e, ref SquareSums<TPack> sums, StepScalars k)
        where TPack : struct, IPack<TPack>
    {
    }
}

/// <summary>Writes weights as they were read: a master copy that is behind is level after it.</summary>
internal readonly struct Touch : ITileKernel
{
    /// <inheritdoc/>
    public static Streams Reads => Streams.Weight;

    /// <inheritdoc/>
    public static Streams Writes => Streams.Weight;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Compute<TPack>(ref Element<TPack> e, ref SquareSums<TPack> sums, StepScalars k)
        where TPack : struct, IPack<TPack>
    {
    }
}
