using System.IO.Enumeration;
using System.Text;

namespace Lamb.Gpu.Sample;

/// <summary>Holds the text to train on, and says where it comes from.</summary>
/// <param name="Description">Where the text comes from, for people.</param>
/// <param name="Text">The text, its lines ended by single line feeds.</param>
internal sealed record TextSource(string Description, string Text)
{
    /// <summary>The fewest characters that can be split and learned from.</summary>
    public const int MinCharacters = 20_000;

    /// <summary>What is read at most: more would not be seen within a run.</summary>
    public const int MaxCharacters = 16_000_000;

    private static readonly string[] SourceTypes = [".cs", ".md"];
    private static readonly string[] TextTypes = [".cs", ".md", ".txt"];

    /// <summary>Reads a file, or the texts of a folder.</summary>
    /// <exception cref="InvalidDataException">There is none, it cannot be read, or it is too short.</exception>
    public static TextSource FromPath(string path)
    {
        if (Directory.Exists(path))
        {
            return FromFolder(path, TextTypes);
        }

        return File.Exists(path)
            ? Checked(path, Read([path]))
            : throw new InvalidDataException($"There is no file or folder '{path}'.");
    }

    /// <summary>Reads the sources and documents of a repository.</summary>
    public static TextSource FromSources(string folder) => FromFolder(folder, SourceTypes);

    /// <summary>The files of a folder in the order of their paths, the same on every machine.</summary>
    internal static IReadOnlyList<string> FilesOf(string folder, string[] types)
    {
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
        };
        var found = new FileSystemEnumerable<string>(
            Path.GetFullPath(folder), (ref FileSystemEntry entry) => entry.ToFullPath(), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                !entry.IsDirectory && types.Contains(Path.GetExtension(entry.FileName.ToString())),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => entry.FileName is not ("bin" or "obj"),
        };
        return [.. found.OrderBy(path => path.Replace('\\', '/'), StringComparer.Ordinal)];
    }

    private static TextSource FromFolder(string folder, string[] types)
    {
        IReadOnlyList<string> files = FilesOf(folder, types);
        string kinds = string.Join(", ", types.Select(type => "*" + type));
        return Checked($"{files.Count} files ({kinds}) in {Path.GetFullPath(folder)}", Read(files));
    }

    private static TextSource Checked(string description, string text) => text.Length >= MinCharacters
        ? new TextSource(description, text)
        : throw new InvalidDataException(
            $"Training needs at least {MinCharacters} characters of text; {description}: {text.Length}.");

    private static string Read(IEnumerable<string> files)
    {
        var text = new StringBuilder();
        foreach (string file in files.TakeWhile(_ => text.Length < MaxCharacters))
        {
            try
            {
                Append(file, text);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new InvalidDataException($"'{file}' cannot be read: {failure.Message}");
            }
        }

        return text.ToString(0, Math.Min(text.Length, MaxCharacters)).ReplaceLineEndings("\n");
    }

    private static void Append(string file, StringBuilder text)
    {
        using var reader = new StreamReader(file);
        var block = new char[1 << 16];
        for (int read; text.Length < MaxCharacters && (read = reader.Read(block)) > 0;)
        {
            text.Append(block, 0, read);
        }

        text.Append('\n');
    }
}
