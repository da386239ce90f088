using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Kernels.Workers;

namespace Lamb.Gpu.Bench.Roofline.Twin;

/// <summary>No rounding: the upper half of a float32 goes to memory as it is, which computes nothing.</summary>
internal readonly struct TwinRounding : IRounding
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Round<TFormat, TPack>(TPack value, Noise noise)
        where TFormat : struct, IHalfFormat
        where TPack : struct, IPack<TPack> => value;
}
