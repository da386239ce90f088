namespace Lamb.Gpu.Files;

/// <summary>Opens a file to be read; nobody may write it meanwhile, where the system can forbid it.</summary>
internal static class SourceFile
{
    private const int BufferSize = 1 << 16;

    /// <summary>Opens it.</summary>
    /// <exception cref="IOException">It is a folder, or the system refuses.</exception>
    /// <exception cref="LambCheckpointException">It is a pipe or a device.</exception>
    public static FileStream Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new IOException($"'{path}' is a folder; a file is to be read. Nothing was loaded.");
        }

        return FileKind.IsPlain(path)
            ? new(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize)
            : throw FileText.Bad(path, "it must be a file, not a pipe or a device. Copy what it gives into a file.");
    }

    /// <summary>Tells whether a file begins as a zip archive does that has entries, and goes back there.</summary>
    public static bool IsZip(Stream file)
    {
        file.Position = 0;
        Span<byte> begin = stackalloc byte[4];
        int read = file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return begin[..read].SequenceEqual("PK\x03\x04"u8);
    }
}
