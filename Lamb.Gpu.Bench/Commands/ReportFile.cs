namespace Lamb.Gpu.Bench.Commands;

/// <summary>The file of a report, or the folder of several.</summary>
internal static class ReportFile
{
    /// <summary>Throws where a report cannot be written, before the work that it would tell of.</summary>
    public static void RequireWritable(string option, string? path)
    {
        if (path != null)
        {
            bool existed = File.Exists(path);
            Try(option, path, () => File.Open(path, FileMode.OpenOrCreate, FileAccess.Write).Dispose());
            if (!existed)
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Throws where no file can be created in a folder.</summary>
    public static void RequireWritableFolder(string option, string folder)
    {
        string probe = Path.Combine(folder, Path.GetRandomFileName());
        Try(option, folder, () => File.Create(probe, 1, FileOptions.DeleteOnClose).Dispose());
    }

    /// <summary>Writes a report.</summary>
    /// <exception cref="UsageException">It cannot be written any more.</exception>
    public static void Write(string option, string path, string text) =>
        Try(option, path, () => File.WriteAllText(path, text));

    private static void Try(string option, string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"{option}: '{path}' cannot be written: {failure.Message}");
        }
    }
}
