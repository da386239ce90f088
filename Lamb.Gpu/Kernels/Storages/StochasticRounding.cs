using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Packs;

namespace Lamb.Gpu.Kernels.Storages;

/// <summary>To one of the two values around it, the nearer the likelier: right on average.</summary>
internal readonly struct StochasticRounding : IRounding
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Round<TFormat, TPack>(TPack value, Noise noise)
        where TFormat : struct, IHalfFormat
        where TPack : struct, IPack<TPack> => TPack.RoundedAtRandom<TFormat>(value, noise);
}
