using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.State;

/// <summary>Allocates buffers on an accelerator, and frees them together.</summary>
internal sealed class DeviceBuffers(Accelerator accelerator, MemoryRequest request) : IDisposable
{
    private readonly List<MemoryBuffer> owned = [];

    /// <summary>Allocates elements, zeroed for any stream.</summary>
    /// <param name="length">How many.</param>
    /// <param name="what">What they are, for the error where there is no room.</param>
    public ArrayView<T> Allocate<T>(long length, string what)
        where T : unmanaged =>
        Own(DeviceMemory.Allocate<T>(accelerator, Math.Max(length, 1), what, request), length);

    /// <summary>Allocates elements, zeroed for one stream; waits for nothing.</summary>
    public ArrayView<T> AllocateOn<T>(AcceleratorStream stream, long length, string what)
        where T : unmanaged =>
        Own(DeviceMemory.AllocateOn<T>(stream, Math.Max(length, 1), what, request), length);

    /// <summary>Allocates elements with these values.</summary>
    public ArrayView<T> Upload<T>(IEnumerable<T> values, string what)
        where T : unmanaged
    {
        T[] array = [.. values];
        ArrayView<T> view = Allocate<T>(array.Length, what);
        view.CopyFromCPU(array);
        return view;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        owned.ForEach(buffer => buffer.Dispose());
        owned.Clear();
    }

    // A view of no elements still needs a buffer: kernels take its address.
    private ArrayView<T> Own<T>(MemoryBuffer1D<T, Stride1D.Dense> buffer, long length)
        where T : unmanaged
    {
        owned.Add(buffer);
        return buffer.View.SubView(0, length);
    }
}
