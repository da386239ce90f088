using System.Runtime.InteropServices;

namespace Lamb.Gpu.Files;

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
