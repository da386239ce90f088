using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Lanes;

namespace Lamb.Gpu.Kernels.Storages;

/// <summary>How a float32 becomes a value that a format of 16 bits holds.</summary>
internal interface IRounding
{
    /// <summary>Rounds each place.</summary>
    static abstract TLane Round<TFormat, TLane>(TLane value, Noise noise)
        where TFormat : struct, IHalfFormat
        where TLane : struct, ILane<TLane>;
}
