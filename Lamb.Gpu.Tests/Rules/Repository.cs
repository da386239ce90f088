namespace Lamb.Gpu.Tests.Rules;

/// <summary>The sources, for the tests that read them.</summary>
internal static class Repository
{
    /// <summary>The folder of Lamb.Gpu.sln; without it, where only a published suite runs, the test is
    /// inconclusive.</summary>
    public static string Root
    {
        get
        {
            DirectoryInfo? folder = new(AppContext.BaseDirectory);
            while (folder != null && !File.Exists(Path.Combine(folder.FullName, "Lamb.Gpu.sln")))
            {
                folder = folder.Parent;
            }

            return folder?.FullName
                ?? throw new AssertInconclusiveException("There are no sources around the tests to look at.");
        }
    }

    /// <summary>The folders of all projects, relative to <see cref="Root"/>.</summary>
    public static IEnumerable<string> Projects => Directory.GetFiles(Root, "*.csproj", new EnumerationOptions
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = 1,
    }).Select(path => Path.GetFileName(Path.GetDirectoryName(path)!)).Order(StringComparer.Ordinal);

    /// <summary>Reads a file; <paramref name="path"/> is relative to <see cref="Root"/>.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n");

    /// <summary>The C# files of a project, relative to <see cref="Root"/>, without what the build makes.</summary>
    public static IEnumerable<string> Sources(string project) =>
        from path in Directory.EnumerateFiles(Path.Combine(Root, project), "*.cs", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Root, path).Replace('\\', '/')
        where !relative.Split('/').Any(part => part is "bin" or "obj")
        orderby relative
        select relative;
}
