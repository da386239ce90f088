using Lamb.Gpu.Kernels.Lanes;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>Does nothing, where nothing but the average moves.</summary>
internal readonly struct Idle : ITileKernel
{
    /// <inheritdoc/>
    public static Streams Reads => Streams.None;

    /// <inheritdoc/>
    public static Streams Writes => Streams.None;

    /// <inheritdoc/>
    public static void Advance<TLane>(ref Element<TLane> e, ref SquareSums<TLane> sums, StepScalars k)
        where TLane : struct, ILane<TLane>
    {
    }
}
