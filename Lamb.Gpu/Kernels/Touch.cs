using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Lanes;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>Writes weights as they were read: a master copy that is behind is level after it.</summary>
internal readonly struct Touch : ITileKernel
{
    /// <inheritdoc/>
    public static Streams Reads => Streams.Weight;

    /// <inheritdoc/>
    public static Streams Writes => Streams.Weight;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Advance<TLane>(ref Element<TLane> e, ref SquareSums<TLane> sums, StepScalars k)
        where TLane : struct, ILane<TLane>
    {
    }
}
