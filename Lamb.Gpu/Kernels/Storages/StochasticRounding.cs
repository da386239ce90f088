using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Lanes;

namespace Lamb.Gpu.Kernels.Storages;

/// <summary>To one of the two values around it, the nearer the likelier: right on average.</summary>
internal readonly struct StochasticRounding : IRounding
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Round<TFormat, TLane>(TLane value, Noise noise)
        where TFormat : struct, IHalfFormat
        where TLane : struct, ILane<TLane> => TLane.RoundedAtRandom<TFormat>(value, noise);
}
