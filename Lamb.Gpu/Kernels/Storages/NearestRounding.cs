using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Lanes;

namespace Lamb.Gpu.Kernels.Storages;

/// <summary>To the nearest value, ties to even.</summary>
internal readonly struct NearestRounding : IRounding
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Round<TFormat, TLane>(TLane value, Noise noise)
        where TFormat : struct, IHalfFormat
        where TLane : struct, ILane<TLane> => TLane.Rounded<TFormat>(value);
}
