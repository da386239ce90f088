using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels.Workers;

/// <summary>Gives each stream random bits of its own.</summary>
internal static class StreamNoise
{
    /// <summary>The random bits of a stream from a place in the optimizer's state on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Noise Of(Streams stream, StepScalars k, long place) =>
        new(k.RoundingKey + ((uint)stream * 0x85EBCA6B), place);
}
