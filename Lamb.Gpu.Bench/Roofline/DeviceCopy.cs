using ILGPU;
using ILGPU.Runtime;

namespace Lamb.Gpu.Bench.Roofline;

/// <summary>Copies bytes on the device: half of them are read, half written.</summary>
/// <remarks>
/// More than two buffers hold are copied in pieces, over the same buffers. On the CPU every worker copies a part: a
/// copy by one thread, which is what ILGPU does there, is not as fast as the memory.
/// </remarks>
internal sealed class DeviceCopy : IDisposable
{
    // Beyond every cache, and little beside the variables that need it.
    private const long MaxBufferLength = 1L << 27;

    private readonly AcceleratorStream stream;
    private readonly long length;
    private readonly int workers;
    private readonly MemoryBuffer1D<float, Stride1D.Dense> source;
    private readonly MemoryBuffer1D<float, Stride1D.Dense> target;

    public DeviceCopy(Accelerator accelerator, long bytes)
    {
        stream = accelerator.DefaultStream;
        length = LengthOf(bytes);
        workers = accelerator.AcceleratorType == AcceleratorType.CPU ? accelerator.NumMultiprocessors : 1;
        source = accelerator.Allocate1D<float>(Math.Min(length, MaxBufferLength));
        target = accelerator.Allocate1D<float>(source.Length);
        source.MemSetToZero();
        target.MemSetToZero();
    }

    /// <summary>The memory that such a copy takes.</summary>
    public static long MemoryOf(long bytes) => 2 * sizeof(float) * Math.Min(LengthOf(bytes), MaxBufferLength);

    /// <summary>Copies.</summary>
    public void Run()
    {
        for (long left = length; left > 0; left -= source.Length)
        {
            long piece = Math.Min(left, source.Length);
            if (workers > 1)
            {
                Parallel.For(0, workers, worker => Copy(piece * worker / workers, piece * (worker + 1) / workers));
            }
            else
            {
                Copy(0, piece);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        source.Dispose();
        target.Dispose();
    }

    private static long LengthOf(long bytes) => Math.Max(bytes / 2 / sizeof(float), 1);

    private void Copy(long start, long end)
    {
        if (start < end)
        {
            target.View.SubView(start, end - start).CopyFrom(stream, source.View.SubView(start, end - start));
        }
    }
}
