using ILGPU;
using Lamb.Gpu.Kernels.Workers;

namespace Lamb.Gpu.Bench.Train.Backend;

/// <summary>Copies numbers from one storage to another.</summary>
/// <remarks><code>to[i] = round(from[i])</code>To 16 bits the nearest, ties to even; to float32 exactly.</remarks>
internal static class ConversionKernel
{
    /// <summary>The numbers of a part.</summary>
    public const int PartLength = 4096;

    /// <summary>The kernel: each group takes every part whose index is its own modulo the number of groups.</summary>
    public static void Run<TWorker, TFrom, TTo>(Conversion conversion)
        where TWorker : struct, IWorker
        where TFrom : struct, IStorage
        where TTo : struct, IStorage
    {
        int groups = Grid.DimX;
        int parts = Parts(conversion);
        for (int part = Grid.IdxX; part < parts; part += groups)
        {
            TWorker.Convert<TFrom, TTo>(conversion, part * PartLength);
        }
    }

    /// <summary>How many parts there are.</summary>
    public static int Parts(Conversion conversion) => (conversion.Length + PartLength - 1) / PartLength;
}
