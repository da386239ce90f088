namespace Lamb.Gpu.Bench;

/// <summary>Finds the sources that the program or the user stands in.</summary>
internal static class SourceTree
{
    /// <summary>The file that marks the root.</summary>
    public const string SolutionFile = "Lamb.Gpu.sln";

    /// <summary>Gets the folder of the solution above the working folder, else above the program; null without
    /// one.</summary>
    public static string? Root =>
        FolderWithSolution(Environment.CurrentDirectory) ?? FolderWithSolution(AppContext.BaseDirectory);

    private static string? FolderWithSolution(string start)
    {
        DirectoryInfo? folder = new(start);
        while (folder != null && !File.Exists(Path.Combine(folder.FullName, SolutionFile)))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }
}
