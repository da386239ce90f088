using System.IO.Compression;

namespace Lamb.Gpu.Files;

/// <summary>Reads the arrays that numpy.savez and numpy.savez_compressed put into a file.</summary>
/// <remarks>
/// The sizes that a file says count for nothing: memory grows with the elements that it has. Of an array that nobody
/// asks for, the name alone is read.
/// </remarks>
internal sealed class NpzReader : IDisposable
{
    private const string Extension = ".npy";
    private const int BufferSize = 1 << 16;

    private readonly string file;
    private readonly ZipArchive archive;
    private readonly Dictionary<string, ZipArchiveEntry> arrays = [];

    /// <summary>Reads the names of all arrays.</summary>
    /// <param name="stream">The file, which stays open.</param>
    /// <param name="file">Its name, for errors.</param>
    /// <exception cref="LambCheckpointException">It is not such a file.</exception>
    public NpzReader(Stream stream, string file)
    {
        this.file = file;
        archive = Guard("the file", () => new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true));
        try
        {
            Guard("the directory of the file", () => archive.Entries.Count);
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                Add(entry);
            }
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    /// <summary>Gets the names of the arrays.</summary>
    public IReadOnlyCollection<string> Names => arrays.Keys;

    /// <summary>Reads the shape of an array.</summary>
    /// <exception cref="LambCheckpointException">It has no header of an array of numbers.</exception>
    public IReadOnlyList<long> ShapeOf(string name) => Guard(Describe(name), () =>
    {
        var crc = default(Crc32);
        using Stream opened = arrays[name].Open();
        return NpyHeader.Read(opened, Describe(name), file, ref crc).Shape;
    });

    /// <summary>Reads the elements of an array.</summary>
    /// <exception cref="LambCheckpointException">They are not all there, or their checksum is another one.</exception>
    public double[] Read(string name) => Guard(Describe(name), () => Read(arrays[name], name));

    /// <inheritdoc/>
    public void Dispose() => archive.Dispose();

    private void Add(ZipArchiveEntry entry)
    {
        string name = entry.FullName;
        if (!name.EndsWith(Extension, StringComparison.Ordinal))
        {
            throw FileText.Bad(
                file, $"the entry {FileText.Quote(name)} must end with '{Extension}', as every one of numpy's does.");
        }

        name = name[..^Extension.Length];
        if (!arrays.TryAdd(name, entry))
        {
            throw FileText.Bad(file, $"{Describe(name)} is there twice.");
        }
    }

    private double[] Read(ZipArchiveEntry entry, string name)
    {
        using Stream opened = entry.Open();
        var crc = default(Crc32);
        NpyHeader header = NpyHeader.Read(opened, Describe(name), file, ref crc);
        int size = NpyElement.SizeOf(header.Type)!.Value;
        long count = header.DataLength / size;
        var buffer = new byte[BufferSize];
        double[] values = [];
        for (long done = 0; done < count;)
        {
            int taken = (int)Math.Min(count - done, BufferSize / size);
            Span<byte> piece = buffer.AsSpan(0, taken * size);
            opened.ReadExactly(piece);
            crc.Add(piece);
            if (values.Length < done + taken)
            {
                Array.Resize(ref values, checked((int)Math.Min(count, 2 * (done + taken))));
            }

            int exact = NpyElement.Read(header.Type, piece, values.AsSpan((int)done, taken));
            RequireExact(exact == taken, name, done + exact);
            done += taken;
        }

        Require(opened.ReadByte() < 0, name, "has more bytes than its header says");
        Require(crc.Value == entry.Crc32, name, "has another checksum than the file says");
        return values;
    }

    private void Require(bool holds, string name, string problem)
    {
        if (!holds)
        {
            throw FileText.Bad(file, $"{Describe(name)} {problem}. It is damaged: take another copy.");
        }
    }

    private void RequireExact(bool isExact, string name, long element)
    {
        if (!isExact)
        {
            throw FileText.Bad(
                file,
                $"{Describe(name)} must hold whole numbers that a double holds, as those up to 2^53; element {element} "
                + "is not one.");
        }
    }

    private T Guard<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (EndOfStreamException wrong)
        {
            throw FileText.Bad(file, $"{what} ends too early. It is truncated or damaged: take another copy.", wrong);
        }
        catch (Exception wrong) when (wrong is InvalidDataException or ArgumentException or OverflowException
            or NotSupportedException)
        {
            throw FileText.Bad(
                file, $"{what} is not what numpy writes: {wrong.Message} If numpy wrote it, take another copy.", wrong);
        }
    }

    private static string Describe(string name) => $"array {FileText.Quote(name)}";
}

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

/// <summary>The checksum of zip files, which System.IO.Compression writes but does not look at.</summary>
internal struct Crc32
{
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    private uint inverse;

    /// <summary>Gets the checksum of what was taken.</summary>
    public readonly uint Value => inverse;

    /// <summary>Takes bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        uint state = ~inverse;
        foreach (byte value in bytes)
        {
            state = Table[(byte)(state ^ value)] ^ (state >> 8);
        }

        inverse = ~state;
    }

    private static uint Entry(int index)
    {
        uint entry = (uint)index;
        for (int bit = 0; bit < 8; bit++)
        {
            entry = (entry >> 1) ^ ((entry & 1) * Polynomial);
        }

        return entry;
    }
}
