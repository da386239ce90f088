using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Packs;

namespace Lamb.Gpu.Bench.Train.Backend.Workers;

/// <summary>A part of a conversion with vectors.</summary>
internal static class VectorConversion
{
    /// <summary>Converts the numbers from <paramref name="start"/> to before <paramref name="end"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Convert<TFrom, TTo>(in Conversion conversion, int start, int end)
        where TFrom : struct, IFormat
        where TTo : struct, IFormat
    {
        ref float from = ref conversion.From[0];
        ref float to = ref conversion.To[0];
        nint read = (nint)conversion.FromIndex, write = (nint)conversion.ToIndex, i = start;
        for (; i <= end - VectorPack.Width; i += VectorPack.Width)
        {
            VectorPack.Store<TTo>(ref to, write + i, VectorPack.Load<TFrom>(ref from, read + i), default);
        }

        for (; i < end; i++)
        {
            ScalarPack.Store<TTo>(ref to, write + i, ScalarPack.Load<TFrom>(ref from, read + i), default);
        }
    }
}
