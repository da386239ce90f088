using System.CommandLine;
using Lamb.Gpu.Bench.Accuracy;
using Lamb.Gpu.Golden;
using Spectre.Console;
using static Lamb.Gpu.Bench.Commands.Printing;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>The verb <c>accuracy</c>: plays the trajectories of Keras and says how far from them it came.</summary>
internal static class AccuracyCommand
{
    private const int Success = 0;
    private const int SomeFailed = 1;

    private const string Description =
        "Plays recorded trajectories of keras.optimizers.Lamb and shows how far this library and Keras in float32 are "
        + "from Keras in float64. Exit code 1 where a trajectory is not that of Keras. Ctrl-C stops and "
        + "still shows those that were played.";

    private static readonly Option<string?> Golden = new("--golden")
    {
        Description = $"The folder of the trajectories. By default {TrajectoryFolder.EnvironmentVariable} names it, "
            + "else it is that of this repository.",
        HelpName = "folder",
    };

    private static readonly Option<string?> Device = CommonOptions.Device("Where to run.");

    private static readonly Option<bool> Json = CommonOptions.Json();

    private static readonly Option<string?> Dump = new("--dump")
    {
        Description = "Writes what was computed into this folder: a JSON file a trajectory.",
        HelpName = "folder",
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("accuracy", Description) { Golden, Device, Json, Dump };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string folder = FolderOf(parsed.GetValue(Golden));
        IReadOnlyList<string> paths = TrajectoryFile.AllIn(folder);
        if (paths.Count == 0)
        {
            throw new UsageException($"There are no trajectories in '{folder}'.");
        }

        using LambDevice device = CommonOptions.Open(parsed.GetValue(Device));
        ResultDump? dump = parsed.GetValue(Dump) is { } path ? DumpInto(path, folder) : null;
        PrintDevice(device);
        AnsiConsole.WriteLine($"Golden  {paths.Count} trajectories in {folder}");
        using var interruption = new Interruption();
        var lines = new ProgressLines(parsed.GetValue(Json));
        int begun = 0;
        AccuracySummary summary = new AccuracyRunner(device.Accelerator, dump).Run(
            paths, name => lines.Say($"{++begun}/{paths.Count}  {name}"), interruption.Token);
        Print(summary);
        bool isWhole = summary.Rows.Count == paths.Count;
        if (!isWhole)
        {
            AnsiConsole.WriteLine($"Stopped: {summary.Rows.Count} of {paths.Count} trajectories were played.");
        }

        if (parsed.GetValue(Json))
        {
            PrintAsJson(summary);
        }

        return !isWhole ? Interruption.ExitCode : summary.Failed == 0 ? Success : SomeFailed;
    }

    private static string FolderOf(string? named)
    {
        string source = named != null ? "--golden" : TrajectoryFolder.EnvironmentVariable;
        string folder = named ?? TrajectoryFolder.OfEnvironment ?? TrajectoryFolder.OfSources
            ?? throw CommonOptions.NoSources("name the trajectories with --golden FOLDER");
        return Directory.Exists(folder)
            ? folder
            : throw new UsageException($"There is no folder '{folder}'. Name the trajectories with {source} FOLDER.");
    }

    private static ResultDump DumpInto(string path, string golden) =>
        Path.GetRelativePath(golden, path) is "."
            ? throw new UsageException($"--dump: '{path}' holds the trajectories themselves. Name another folder.")
            : ResultDump.Into(path);

    // The rows, why some did not pass, and the summary.
    private static void Print(AccuracySummary summary)
    {
        Table table = TableOf(
            "Distance from Keras in float64", "Scenario", ">Our error", ">Keras's", ">Ratio", "Passed");
        table.Columns.Skip(1).ToList().ForEach(column => column.NoWrap());
        foreach (ScenarioAccuracy row in summary.Rows)
        {
            table.AddTexts(
                row.Name,
                Format(row.Ours, "0.00e-0"),
                Format(row.Keras, "0.00e-0"),
                Format(row.Ratio, "0.00"),
                row.Passed switch { true => "yes", false => "NO", null => "cannot tell" });
        }

        AnsiConsole.Write(table);
        foreach (ScenarioAccuracy row in summary.Rows.Where(row => row.Reason != null))
        {
            AnsiConsole.WriteLine($"{row.Name}: {row.Reason}");
        }

        AnsiConsole.WriteLine(
            $"{summary.Rows.Count} scenarios: {summary.Passed} passed, {summary.Failed} failed, "
            + $"{summary.Inconclusive} inconclusive. "
            + $"Closer than Keras in {summary.CloserThanKeras} of {summary.Comparable}; "
            + $"ratio at most {Format(summary.WorstRatio, "0.00")}; "
            + $"error {Both(summary.Ours)}, Keras {Both(summary.Keras)}.");

        static string Both((double? Mean, double? Largest) errors) =>
            $"{Format(errors.Mean, "0.00e-0")} on average and {Format(errors.Largest, "0.00e-0")} at most";
    }

    private static void PrintAsJson(AccuracySummary summary) => PrintJson(new
    {
        scenarios = summary.Rows.Count,
        passed = summary.Passed,
        failed = summary.Failed,
        inconclusive = summary.Inconclusive,
        comparable = summary.Comparable,
        closerThanKeras = summary.CloserThanKeras,
        worstRatio = summary.WorstRatio,
        oursMean = summary.Ours.Mean,
        oursLargest = summary.Ours.Largest,
        kerasMean = summary.Keras.Mean,
        kerasLargest = summary.Keras.Largest,
        rows = summary.Rows.Select(row => new
        {
            name = row.Name,
            ours = row.Ours,
            keras = row.Keras,
            ratio = row.Ratio,
            passed = row.Passed,
            reason = row.Reason,
        }),
    });
}
