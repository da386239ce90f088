using Lamb.Gpu.Bench.Accuracy;
using Lamb.Gpu.Bench.Golden;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Does what <c>accuracy</c> was asked for, from the first check to the last line of output.</summary>
internal static class AccuracyRun
{
    private const int Success = 0;
    private const int SomeFailed = 1;

    /// <summary>Plays and reports.</summary>
    /// <returns>The exit code.</returns>
    public static int Execute(AccuracyRequest request)
    {
        string folder = FolderOf(request);
        IReadOnlyList<string> paths = TrajectoryFile.AllIn(folder);
        if (paths.Count == 0)
        {
            throw new UsageException($"There are no trajectories in '{folder}'.");
        }

        using LambDevice device = DeviceChoice.Open(request.Device);
        ResultDump? dump = request.DumpPath == null ? null : DumpInto(request.DumpPath, folder);
        AccuracyTables.PrintStart(device, folder, paths.Count);
        AccuracySummary summary = new AccuracyRunner(device.Accelerator, dump).Run(paths);
        AccuracyTables.Print(summary);
        if (request.Json)
        {
            Console.Out.WriteLine(AccuracyJson.Render(summary));
        }

        return summary.Failed == 0 ? Success : SomeFailed;
    }

    private static string FolderOf(AccuracyRequest request)
    {
        string source = request.GoldenPath != null ? "--golden" : TrajectoryFolder.EnvironmentVariable;
        string? folder = request.GoldenPath ?? TrajectoryFolder.OfEnvironment ?? TrajectoryFolder.OfSources;
        if (folder == null)
        {
            throw new UsageException(
                $"No folder with {SourceTree.SolutionFile} was found above '{Environment.CurrentDirectory}' or above "
                + "the program. Run inside the repository, or name the trajectories with --golden FOLDER.");
        }

        return Directory.Exists(folder)
            ? folder
            : throw new UsageException($"There is no folder '{folder}'. Name the trajectories with {source} FOLDER.");
    }

    private static ResultDump DumpInto(string path, string golden) =>
        Path.GetRelativePath(golden, path) is "."
            ? throw new UsageException($"--dump: '{path}' holds the trajectories themselves. Name another folder.")
            : ResultDump.Into(path);
}
