using Lamb.Gpu.Kernels.Packs;
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
    public static void Compute<TPack>(ref Element<TPack> e, ref SquareSums<TPack> sums, StepScalars k)
        where TPack : struct, IPack<TPack>
    {
    }
}
