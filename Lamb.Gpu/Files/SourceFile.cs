using System.Runtime.InteropServices;
using System.Text;

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

/// <summary>Tells a file from a pipe or a device before it is opened: opening a pipe waits for whoever writes
/// it.</summary>
/// <remarks>On Linux; elsewhere, and where the system does not say, everything counts as a file.</remarks>
internal static partial class FileKind
{
    // Of <linux/stat.h>, the same on every machine.
    private const int CurrentFolder = -100;
    private const uint TypeAsked = 1;
    private const int Size = 256;
    private const int MaskAt = 0;
    private const int ModeAt = 28;
    private const int TypeBits = 0xF000;
    private const int Plain = 0x8000;

    /// <summary>Tells whether a path is that of a file, or of nothing.</summary>
    public static bool IsPlain(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        var answer = new byte[Size];
        try
        {
            bool isAnswered = Ask(CurrentFolder, path, 0, TypeAsked, answer) == 0
                && (MemoryMarshal.Read<uint>(answer.AsSpan(MaskAt)) & TypeAsked) != 0;
            return !isAnswered || (MemoryMarshal.Read<ushort>(answer.AsSpan(ModeAt)) & TypeBits) == Plain;
        }
        catch (EntryPointNotFoundException)
        {
            // A library of C older than the call.
            return true;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Ask(int folder, string path, int flags, uint asked, [Out] byte[] answer);
}

/// <summary>Follows links, in the folders of a path too, to what the system would open.</summary>
internal static class FileLink
{
    // What Linux itself allows.
    private const int MostLinks = 40;

    private static readonly char[] Separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];

    /// <summary>Returns the path without links; what it names need not be there.</summary>
    /// <exception cref="IOException">The links go round, or are too many.</exception>
    public static string Resolve(string path)
    {
        string full = Path.GetFullPath(path), resolved = Path.GetPathRoot(full)!;
        var parts = new Stack<string>();
        Push(full);
        for (int links = 0; parts.TryPop(out string? part);)
        {
            // Behind a link .. is the folder above the one that it leads to.
            string next = part switch
            {
                "." => resolved,
                ".." => Path.GetDirectoryName(resolved) ?? resolved,
                _ => Path.Combine(resolved, part),
            };
            string? target = next.Length > resolved.Length ? new FileInfo(next).LinkTarget : null;
            if (target == null)
            {
                resolved = next;
                continue;
            }

            if (++links > MostLinks)
            {
                throw new IOException(
                    $"'{path}' leads over more than {MostLinks} links, or in a circle. Nothing was written.");
            }

            resolved = Path.IsPathRooted(target) ? Path.GetPathRoot(Path.GetFullPath(target))! : resolved;
            Push(target);
        }

        return resolved;

        void Push(string added)
        {
            string inner = added[(Path.GetPathRoot(added)?.Length ?? 0)..];
            foreach (string part in inner.Split(Separators, StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                parts.Push(part);
            }
        }
    }
}

/// <summary>Makes what is said of a file, in which whatever it holds is shown short and on one line.</summary>
internal static class FileText
{
    private const int Longest = 80;

    /// <summary>Makes the exception for a file that is not good.</summary>
    public static LambCheckpointException Bad(string file, string problem, Exception? cause = null)
    {
        string message = $"{Quote(file, 1000)}: {problem} Nothing was loaded.";
        return cause == null ? new(message) : new(message, cause);
    }

    /// <summary>Puts a text from outside into quotes: no control characters, and no more than a line of it.</summary>
    public static string Quote(string text, int longest = Longest)
    {
        var quoted = new StringBuilder("\"");
        foreach (Rune rune in text.AsSpan(0, Math.Min(text.Length, longest)).EnumerateRunes())
        {
            bool isShown = !Rune.IsControl(rune) && rune.Value is not 0x2028 and not 0x2029;
            quoted.Append(isShown ? rune.ToString() : "?");
        }

        return quoted.Append(text.Length > longest ? "…\"" : "\"").ToString();
    }
}
