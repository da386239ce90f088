using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.State;

/// <summary>Allocates buffers on an accelerator, and frees them together.</summary>
internal sealed class DeviceBuffers(Accelerator accelerator, MemoryRequest request) : IDisposable
{
    private readonly List<MemoryBuffer> owned = [];

    /// <summary>Allocates elements, zeroed: for any stream, or for the one that is given, without a wait.</summary>
    /// <remarks>A view of no elements still needs a buffer: kernels take its address.</remarks>
    /// <param name="length">How many.</param>
    /// <param name="what">What they are, for the error where there is no room.</param>
    /// <param name="stream">The only stream that will use them; null for any.</param>
    public ArrayView<T> Allocate<T>(long length, string what, AcceleratorStream? stream = null)
        where T : unmanaged
    {
        MemoryBuffer1D<T, Stride1D.Dense> buffer =
            DeviceMemory.Allocate<T>(accelerator, Math.Max(length, 1), what, request, stream);
        owned.Add(buffer);
        return buffer.View.SubView(0, length);
    }

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
}
