using System.Runtime.InteropServices;
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

/// <summary>What a file is called until it is whole, and what becomes of one that was never finished.</summary>
/// <remarks>
/// <c>.NAME.RANDOM.lamb-gpu.tmp</c> beside the file, of NAME the first 50 characters. Whoever writes it holds a lock;
/// where a process is killed it stays behind. The next write of the same file removes it, and that of any other
/// file in the folder after an hour.
/// </remarks>
internal static class TemporaryFile
{
    private const string Suffix = ".lamb-gpu.tmp";
    private const int RandomLength = 8;

    // With four bytes a character and the rest of the name, less than the 255 that file systems take.
    private const int LongestName = 50;

    // A new file is locked a moment after it is there, and locks are not kept on every network: what is younger may be
    // somebody's who is still writing.
    private static readonly TimeSpan AgeOfOwn = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AgeOfOthers = TimeSpan.FromHours(1);

    /// <summary>Returns a new name beside a file.</summary>
    public static string NameFor(string target) => Path.Combine(
        Path.GetDirectoryName(target)!, Begin(target) + Path.GetRandomFileName()[..RandomLength] + Suffix);

    /// <summary>Removes what writes of this file have left, and what those of others have left long ago.</summary>
    public static void RemoveLeftovers(string target)
    {
        string begin = Begin(target);
        var plain = new EnumerationOptions { MatchType = MatchType.Simple, AttributesToSkip = 0 };
        foreach (string left in Directory.EnumerateFiles(Path.GetDirectoryName(target)!, ".*" + Suffix, plain))
        {
            string name = Path.GetFileName(left);
            bool isOfTarget = name.Length == begin.Length + RandomLength + Suffix.Length
                && name.StartsWith(begin, StringComparison.Ordinal);
            TimeSpan age = DateTime.UtcNow - File.GetLastWriteTimeUtc(left);
            if (age > (isOfTarget ? AgeOfOwn : AgeOfOthers) && !IsLocked(left))
            {
                Remove(left);
            }
        }
    }

    /// <summary>Removes a file, if the system lets us.</summary>
    public static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // What stopped the writing is the better news; the next write tries again.
        }
    }

    private static string Begin(string target)
    {
        string name = Path.GetFileName(target);
        return $".{name[..Math.Min(name.Length, LongestName)]}.";
    }

    private static bool IsLocked(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}

/// <summary>Flushes a folder to the disk, so that a file renamed in it is found there after a power failure.</summary>
/// <remarks>On Linux; elsewhere, and where a file system cannot, it does nothing: the file is whole either way, the old
/// one or the new one.</remarks>
internal static partial class FolderFlush
{
    private const int ReadOnly = 0;

    public static void Flush(string folder)
    {
        if (OperatingSystem.IsLinux())
        {
            int descriptor = Open(folder, ReadOnly);
            if (descriptor >= 0)
            {
                _ = Synchronize(descriptor);
                _ = Close(descriptor);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}

/// <summary>Flushes a file to the disk again and again while it is written, so that the last flush has little
/// left.</summary>
/// <remarks>On a thread of its own. A disk says what it could not write to one flush and not to the next:
/// <see cref="Finish"/> passes it on.</remarks>
internal sealed class EarlyFlush : IDisposable
{
    private readonly Action flush;
    private readonly TimeSpan period;
    private readonly ManualResetEventSlim isOver = new();
    private readonly Task flushing;

    /// <summary>Begins.</summary>
    /// <param name="period">How often.</param>
    /// <param name="flush">Flushes what is written by now.</param>
    public EarlyFlush(TimeSpan period, Action flush)
    {
        this.flush = flush;
        this.period = period;
        flushing = Task.Factory.StartNew(
            Repeat, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Ends it, and throws what a flush threw.</summary>
    public void Finish()
    {
        isOver.Set();
        flushing.GetAwaiter().GetResult();
    }

    /// <summary>Ends it, whatever a flush threw.</summary>
    public void Dispose()
    {
        isOver.Set();
        _ = Task.WaitAny(flushing);
        isOver.Dispose();
    }

    private void Repeat()
    {
        while (!isOver.Wait(period))
        {
            flush();
        }
    }
}
