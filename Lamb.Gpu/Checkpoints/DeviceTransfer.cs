using ILGPU.Runtime;

namespace Lamb.Gpu.Checkpoints;

/// <summary>Copies pieces of tensors between the device and the host, and waits for each.</summary>
internal sealed class DeviceTransfer(AcceleratorStream stream)
{
    /// <summary>Fills a piece from this byte of a tensor on.</summary>
    public void Read(StateTensor tensor, long begin, Memory<byte> piece)
    {
        tensor.Bytes.SubView(begin, piece.Length).CopyToCPU(stream, piece.Span);
        stream.Synchronize();
    }

    /// <summary>Writes a piece from this byte of a tensor on.</summary>
    public void Write(StateTensor tensor, long begin, ReadOnlyMemory<byte> piece)
    {
        tensor.Bytes.SubView(begin, piece.Length).CopyFromCPU(stream, piece.Span);
        stream.Synchronize();
    }
}
