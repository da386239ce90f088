using ILGPU;
using ILGPU.Runtime;

namespace Lamb.Gpu.State;

/// <summary>Allocates buffers on an accelerator, and frees them together.</summary>
internal sealed class DeviceBuffers(Accelerator accelerator) : IDisposable
{
    private readonly List<MemoryBuffer> owned = [];

    /// <summary>Allocates elements, zeroed.</summary>
    /// <remarks>A view of no elements still needs a buffer: kernels take its address.</remarks>
    public ArrayView<T> Allocate<T>(long length)
        where T : unmanaged
    {
        MemoryBuffer1D<T, Stride1D.Dense> buffer = accelerator.Allocate1D<T>(Math.Max(length, 1));
        owned.Add(buffer);
        buffer.MemSetToZero();
        return buffer.View.SubView(0, length);
    }

    /// <summary>Allocates elements with these values.</summary>
    public ArrayView<T> Upload<T>(IEnumerable<T> values)
        where T : unmanaged
    {
        T[] array = [.. values];
        ArrayView<T> view = Allocate<T>(array.Length);
        view.CopyFromCPU(array);
        return view;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        owned.ForEach(buffer => buffer.Dispose());
        owned.Clear();
    }
}
