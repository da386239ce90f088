using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace Lamb.Gpu.Memory;

/// <summary>Asks a device for memory, and says what was asked for where it has none.</summary>
internal static class DeviceMemory
{
    /// <summary>Allocates elements, zeroed for whatever is launched next, on any stream.</summary>
    /// <remarks>Waits for the default stream, where they are zeroed: no other stream would.</remarks>
    /// <param name="accelerator">The device.</param>
    /// <param name="length">How many.</param>
    /// <param name="what">What they are.</param>
    /// <param name="request">What they are a part of.</param>
    /// <exception cref="InsufficientMemoryException">The device refuses.</exception>
    public static MemoryBuffer1D<T, Stride1D.Dense> Allocate<T>(
        Accelerator accelerator, long length, string what, MemoryRequest request)
        where T : unmanaged
    {
        MemoryBuffer1D<T, Stride1D.Dense> buffer = AllocateOn<T>(accelerator.DefaultStream, length, what, request);
        try
        {
            accelerator.DefaultStream.Synchronize();
            return buffer;
        }
        catch (AcceleratorException refused)
        {
            buffer.Dispose();
            throw NoRoom<T>(accelerator, length, what, request, refused);
        }
    }

    /// <summary>Allocates elements, zeroed for what is launched next on one stream; waits for nothing.</summary>
    /// <exception cref="InsufficientMemoryException">The device refuses.</exception>
    public static MemoryBuffer1D<T, Stride1D.Dense> AllocateOn<T>(
        AcceleratorStream stream, long length, string what, MemoryRequest request)
        where T : unmanaged
    {
        MemoryBuffer1D<T, Stride1D.Dense>? buffer = null;
        try
        {
            request.Watch?.Invoke(what, length * Unsafe.SizeOf<T>());
            buffer = stream.Accelerator.Allocate1D<T>(length);
            buffer.MemSetToZero(stream);
            return buffer;
        }
        catch (Exception refused) when (refused is OutOfMemoryException or AcceleratorException)
        {
            // A driver that allocates late refuses when memory is first written.
            buffer?.Dispose();
            throw NoRoom<T>(stream.Accelerator, length, what, request, refused);
        }
    }

    private static InsufficientMemoryException NoRoom<T>(
        Accelerator accelerator, long length, string what, MemoryRequest request, Exception refused)
        where T : unmanaged
    {
        long bytes = length * Unsafe.SizeOf<T>();
        return new(
            $"'{accelerator.Name}' has no room for {what}: {bytes} bytes, of {Math.Max(bytes, request.Bytes)} "
            + $"that {request.Purpose} asks for in all.{RoomOn(accelerator)} Free some, take smaller variables, or "
            + "store them in 16 bits.",
            refused);
    }

    // The CPU accelerator claims to have all that 64 bits count.
    private static string RoomOn(Accelerator accelerator) => accelerator switch
    {
        CudaAccelerator cuda => $" It has {cuda.MemorySize} bytes, {cuda.GetFreeMemory()} of them free.",
        { MemorySize: > 0 and < long.MaxValue } => $" It has {accelerator.MemorySize} bytes.",
        _ => "",
    };
}

/// <summary>What several buffers are asked for together.</summary>
/// <param name="Purpose">What they are for.</param>
/// <param name="Bytes">The bytes of all of them.</param>
/// <param name="Watch">Told what is asked for, and its bytes, before the device is asked; may throw. Null for
/// nobody.</param>
internal sealed record MemoryRequest(string Purpose, long Bytes, Action<string, long>? Watch = null);

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

/// <summary>Where a view lies.</summary>
internal static class ArrayViewPlace
{
    /// <summary>The buffer under a view.</summary>
    public static MemoryBuffer BufferOf(this ArrayView<float> view) => ((IArrayView)view).Buffer;
}
