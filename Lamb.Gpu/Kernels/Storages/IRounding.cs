using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Packs;

namespace Lamb.Gpu.Kernels.Storages;

/// <summary>How a float32 becomes a value that a format of 16 bits holds.</summary>
internal interface IRounding
{
    /// <summary>Rounds each place.</summary>
    static abstract TPack Round<TFormat, TPack>(TPack value, Noise noise)
        where TFormat : struct, IHalfFormat
        where TPack : struct, IPack<TPack>;
}
