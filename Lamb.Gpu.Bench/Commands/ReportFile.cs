namespace Lamb.Gpu.Bench.Commands;

/// <summary>The file of a report.</summary>
internal static class ReportFile
{
    /// <summary>Throws where a report cannot be written, before the work that it would tell of.</summary>
    public static void RequireWritable(string option, string? path)
    {
        if (path == null)
        {
            return;
        }

        bool existed = File.Exists(path);
        try
        {
            using (File.Open(path, FileMode.OpenOrCreate, FileAccess.Write))
            {
            }

            if (!existed)
            {
                File.Delete(path);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"{option}: '{path}' cannot be written: {failure.Message}");
        }
    }
}
