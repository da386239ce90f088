using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Kernels.Workers;

namespace Lamb.Gpu.Bench.Train.Backend.Workers;

/// <summary>A part of a conversion with vectors.</summary>
internal static class VectorConversion
{
    /// <summary>Converts the numbers from <paramref name="start"/> to before <paramref name="end"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Convert<TFrom, TTo>(in Conversion conversion, int start, int end)
        where TFrom : struct, IStorage
        where TTo : struct, IStorage
    {
        ref float from = ref conversion.From[0];
        ref float to = ref conversion.To[0];
        nint read = (nint)conversion.FromIndex, write = (nint)conversion.ToIndex, i = start;
        for (; i <= end - VectorPack.Width; i += VectorPack.Width)
        {
            TTo.Store(ref to, write + i, TFrom.Load<VectorPack>(ref from, read + i), default);
        }

        for (; i < end; i++)
        {
            TTo.Store(ref to, write + i, TFrom.Load<ScalarPack>(ref from, read + i), default);
        }
    }
}
