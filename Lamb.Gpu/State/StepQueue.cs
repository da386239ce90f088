using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.State;

/// <summary>Owns the device side of a work queue: the order, and the counters of the workers.</summary>
internal sealed class StepQueue : IDisposable
{
    private readonly Accelerator accelerator;
    private readonly List<MemoryBuffer> owned = [];

    /// <summary>Uploads the order; on failure nothing stays allocated.</summary>
    public StepQueue(Accelerator accelerator, WorkQueue queue, int variables)
    {
        this.accelerator = accelerator;
        try
        {
            Items = Upload([.. queue.Items]);
            Claims = Upload([.. queue.Claims]);
            Counters = Upload(new int[2]);
            Done = Upload(new int[variables]);
            Ready = Upload(new int[variables]);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What is to be done, in order.</summary>
    public ArrayView<WorkItem> Items { get; }

    /// <summary>Where each claim begins, and where the last one ends.</summary>
    public ArrayView<int> Claims { get; }

    /// <summary>Claims taken, workers gone.</summary>
    public ArrayView<int> Counters { get; }

    /// <summary>Tiles of each variable that have their moments.</summary>
    public ArrayView<int> Done { get; }

    /// <summary>The launch in which each trust ratio was ready.</summary>
    public ArrayView<int> Ready { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        owned.ForEach(buffer => buffer.Dispose());
        owned.Clear();
    }

    // A view of no elements still needs a buffer: kernels take its address.
    private ArrayView<T> Upload<T>(T[] values)
        where T : unmanaged
    {
        MemoryBuffer1D<T, Stride1D.Dense> buffer = accelerator.Allocate1D<T>(Math.Max(values.Length, 1));
        owned.Add(buffer);
        ArrayView<T> view = buffer.View.SubView(0, values.Length);
        view.CopyFromCPU(values);
        return view;
    }
}
