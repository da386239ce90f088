using Microsoft.Win32.SafeHandles;

namespace Lamb.Gpu.Files;

/// <summary>Writes a file whole or not at all: whatever stops it, the file of before is still there.</summary>
/// <remarks>
/// A new file in the same folder takes the bytes, is flushed to the disk and then renamed over the old one, and the
/// folder is flushed. Where a process is killed meanwhile, the new file stays behind as a <see cref="TemporaryFile"/>.
/// </remarks>
internal static class AtomicFile
{
    private const int BufferSize = 1 << 16;

    // A gigabyte on two cores and a virtual disk: the flush at its end took 0.3 of 1.3 s without it.
    private static readonly TimeSpan FlushPeriod = TimeSpan.FromMilliseconds(100);

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file; where it is a link, what it leads to.</param>
    /// <param name="length">How many bytes will be written, to find a full disk at once; 0 where not known.</param>
    /// <param name="write">Writes the bytes.</param>
    /// <exception cref="IOException">The disk or the system refuses; the old file is as it was.</exception>
    public static void Write(string path, long length, Action<Stream> write)
    {
        string target = TargetOf(path);
        string folder = Path.GetDirectoryName(target)!;
        TemporaryFile.RemoveLeftovers(target);
        string temporary = TemporaryFile.NameFor(target);
        try
        {
            using FileStream file = Create(temporary, target, length);
            WriteAndFlush(file, write);

            // Still open, and so locked: nobody takes it for a leftover.
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            TemporaryFile.Remove(temporary);
            throw;
        }

        FolderFlush.Flush(folder);
    }

    private static FileStream Create(string temporary, string target, long length)
    {
        try
        {
            return new FileStream(temporary, OptionsFor(target, length));
        }
        catch (ArgumentOutOfRangeException tooLong)
        {
            throw new IOException(
                $"'{target}' must have {length} bytes, more than the file system or a limit of the process allows. "
                + "Nothing was written.",
                tooLong);
        }
    }

    private static void WriteAndFlush(FileStream file, Action<Stream> write)
    {
        // Asked once: the property is not for two threads.
        SafeFileHandle handle = file.SafeFileHandle;
        using var early = new EarlyFlush(FlushPeriod, () => RandomAccess.FlushToDisk(handle));
        write(file);
        early.Finish();
        file.Flush(flushToDisk: true);
    }

    private static string TargetOf(string path)
    {
        string target = FileLink.Resolve(path);
        if (Directory.Exists(target))
        {
            throw new IOException($"'{path}' is a folder; a file is to be written. Nothing was written.");
        }

        if (!FileKind.IsPlain(target))
        {
            throw new IOException($"'{path}' is a pipe or a device; a file is to be written. Nothing was written.");
        }

        // A rename would not ask.
        return File.Exists(target) && File.GetAttributes(target).HasFlag(FileAttributes.ReadOnly)
            ? throw new UnauthorizedAccessException($"'{path}' may only be read. Nothing was written.")
            : target;
    }

    private static FileStreamOptions OptionsFor(string target, long length)
    {
        // CreateNew follows no link that somebody else has put there.
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Delete,
            BufferSize = BufferSize,
            PreallocationSize = length,
        };
        if (!OperatingSystem.IsWindows() && File.Exists(target))
        {
            options.UnixCreateMode = File.GetUnixFileMode(target);
        }

        return options;
    }
}
