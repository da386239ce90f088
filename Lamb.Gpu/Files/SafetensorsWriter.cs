using System.Text;

namespace Lamb.Gpu.Files;

/// <summary>Writes a safetensors file piece by piece, and its checksum into the header when all is there.</summary>
internal static class SafetensorsWriter
{
    /// <summary>Writes a file whose header holds <see cref="ContentChecksum.Placeholder"/> as its checksum.</summary>
    /// <param name="stream">Where to write, from the beginning on; it must be able to seek.</param>
    /// <param name="header">The header.</param>
    /// <param name="read">Fills a piece of a tensor from this byte of it on.</param>
    /// <param name="report">Is told how many bytes of data are written, before the first piece and after each.</param>
    public static void Write(
        Stream stream, SafetensorsHeader header, Action<TensorEntry, long, Memory<byte>> read, Action<long> report)
    {
        int place = ContentChecksum.Find(header) ?? throw new ArgumentException("The header has no checksum.");
        using var checksum = new ContentChecksum();
        checksum.Add(header, place);
        stream.Write(header.LengthBytes());
        stream.Write(header.Text);
        report(0);
        var buffers = new PieceBuffers();
        foreach (TensorEntry tensor in header.Tensors)
        {
            for (long done = 0; done < tensor.Length;)
            {
                Memory<byte> piece = buffers.Next((int)Math.Min(tensor.Length - done, PieceBuffers.Size));
                read(tensor, done, piece);
                buffers.Lend(checksum.Add(piece));
                stream.Write(piece.Span);
                done += piece.Length;
                report(tensor.Begin + done);
            }
        }

        stream.Position = SafetensorsHeader.LengthSize + place;
        stream.Write(Encoding.ASCII.GetBytes(checksum.Finish()));
    }
}
