using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Packs;

namespace Lamb.Gpu.Kernels.Storages;

/// <summary>To the nearest value, ties to even.</summary>
internal readonly struct NearestRounding : IRounding
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Round<TFormat, TPack>(TPack value, Noise noise)
        where TFormat : struct, IHalfFormat
        where TPack : struct, IPack<TPack> => TPack.Rounded<TFormat>(value);
}
