using System.Text;

namespace Lamb.Gpu.Files;

/// <summary>Reads the data of a safetensors file piece by piece and holds them against the checksum.</summary>
internal static class SafetensorsReader
{
    /// <summary>Reads all data.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="header">Its header.</param>
    /// <param name="file">Its name, for errors.</param>
    /// <param name="keeps">Whether every piece is a memory of its own, that the caller may keep.</param>
    /// <param name="take">Takes a piece of a tensor from this byte of it on, before the checksum is known.</param>
    /// <param name="report">Is told how many bytes of data are read, before the first piece and after each.</param>
    /// <exception cref="LambCheckpointException">The checksum is missing or is another one.</exception>
    public static void Read(
        Stream stream,
        SafetensorsHeader header,
        string file,
        bool keeps,
        Action<TensorEntry, long, ReadOnlyMemory<byte>> take,
        Action<long> report)
    {
        int place = ContentChecksum.Find(header) ?? throw FileText.Bad(
            file, $"the header must hold one '{ContentChecksum.Key}', sha256: and 64 digits, and does not.");
        using var checksum = new ContentChecksum();
        checksum.Add(header, place);
        stream.Position = header.DataStart;
        report(0);
        var buffers = new PieceBuffers();
        foreach (TensorEntry tensor in header.Tensors)
        {
            for (long done = 0; done < tensor.Length;)
            {
                int length = (int)Math.Min(tensor.Length - done, PieceBuffers.Size);
                Memory<byte> piece = keeps ? GC.AllocateUninitializedArray<byte>(length) : buffers.Next(length);
                stream.ReadExactly(piece.Span);
                buffers.Lend(checksum.Add(piece));
                take(tensor, done, piece);
                done += length;
                report(tensor.Begin + done);
            }
        }

        Require(checksum.Finish(), header, file);
    }

    private static void Require(string found, SafetensorsHeader header, string file)
    {
        string said = header.Metadata[ContentChecksum.Key];
        if (!said.EndsWith(found, StringComparison.Ordinal))
        {
            throw FileText.Bad(
                file,
                $"the header says {said}, the file has sha256:{found}. A byte was changed after it was written: take "
                + "another copy.");
        }
    }
}

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
