using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;

namespace Lamb.Gpu.Tests.Accelerators;

/// <summary>A buffer over memory that somebody else has allocated, as a binding to another library makes it.</summary>
internal sealed class ForeignBuffer : MemoryBuffer
{
    /// <summary>Takes memory of another buffer from a byte of it on.</summary>
    public ForeignBuffer(MemoryBuffer owner, long firstByte, long length, int elementSize)
        : base(owner.Accelerator, length, elementSize) => NativePtr = owner.NativePtr + (nint)firstByte;

    /// <summary>The numbers in it.</summary>
    public ArrayView<T> View<T>()
        where T : unmanaged => AsRawArrayView().Cast<T>();

    /// <inheritdoc/>
    protected override void MemSet(AcceleratorStream stream, byte value, in ArrayView<byte> targetView)
    {
        if (stream is CudaStream cuda)
        {
            CudaMemoryBuffer.CudaMemSet(cuda, value, targetView);
        }
        else
        {
            CPUMemoryBuffer.CPUMemSet(targetView.LoadEffectiveAddressAsPtr(), value, 0, targetView.LengthInBytes);
        }
    }

    /// <inheritdoc/>
    protected override void CopyTo(
        AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView)
    {
        if (stream is CudaStream cuda)
        {
            CudaMemoryBuffer.CudaCopy(cuda, sourceView, targetView);
        }
        else
        {
            CPUMemoryBuffer.CPUCopyTo(stream, sourceView, targetView);
        }
    }

    /// <inheritdoc/>
    protected override void CopyFrom(
        AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView)
    {
        if (stream is CudaStream cuda)
        {
            CudaMemoryBuffer.CudaCopy(cuda, sourceView, targetView);
        }
        else
        {
            CPUMemoryBuffer.CPUCopyFrom(stream, sourceView, targetView);
        }
    }

    /// <inheritdoc/>
    protected override void DisposeAcceleratorObject(bool disposing)
    {
    }
}
