namespace Lamb.Gpu.Files;

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
