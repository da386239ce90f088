using System.IO.Compression;

namespace Lamb.Gpu.Files;

/// <summary>Writes arrays as numpy.savez does.</summary>
internal sealed class NpzWriter(Stream stream) : IDisposable
{
    private const int BufferSize = 1 << 16;

    // What numpy writes too: the same arrays give the same bytes whenever they are saved.
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);

    /// <summary>Writes an array.</summary>
    public void Write(string name, string type, IReadOnlyList<long> shape, ReadOnlySpan<double> values)
    {
        ZipArchiveEntry entry = archive.CreateEntry(name + ".npy", CompressionLevel.NoCompression);
        entry.LastWriteTime = Epoch;
        using Stream opened = entry.Open();
        opened.Write(NpyHeader.Render(type, shape));
        int size = NpyElement.SizeOf(type)!.Value;
        var buffer = new byte[BufferSize];
        while (values.Length > 0)
        {
            int taken = Math.Min(values.Length, BufferSize / size);
            for (int i = 0; i < taken; i++)
            {
                NpyElement.Write(type, buffer.AsSpan(i * size), values[i]);
            }

            opened.Write(buffer.AsSpan(0, taken * size));
            values = values[taken..];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => archive.Dispose();
}
