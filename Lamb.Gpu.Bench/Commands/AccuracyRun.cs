using Lamb.Gpu.Bench.Accuracy;
using Lamb.Gpu.Bench.Golden;
using Spectre.Console;

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
        using var interruption = new Interruption();
        AccuracySummary summary = Play(new AccuracyRunner(device.Accelerator, dump), paths, request, interruption);
        AccuracyTables.Print(summary);
        bool isWhole = summary.Rows.Count == paths.Count;
        if (!isWhole)
        {
            AnsiConsole.WriteLine($"Stopped: {summary.Rows.Count} of {paths.Count} trajectories were played.");
        }

        if (request.Json)
        {
            Console.Out.WriteLine(AccuracyJson.Render(summary));
        }

        return !isWhole ? Interruption.ExitCode : summary.Failed == 0 ? Success : SomeFailed;
    }

    private static AccuracySummary Play(
        AccuracyRunner runner, IReadOnlyList<string> paths, AccuracyRequest request, Interruption interruption)
    {
        var lines = new ProgressLines(request.Json);
        int begun = 0;
        return runner.Run(paths, name => lines.Say($"{++begun}/{paths.Count}  {name}"), interruption.Token);
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
