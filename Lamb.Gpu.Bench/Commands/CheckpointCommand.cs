using System.CommandLine;
using Lamb.Gpu.Bench.Checkpoints;
using Lamb.Gpu.Bench.Roofline;
using Spectre.Console;
using static Lamb.Gpu.Bench.Commands.Printing;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>The verb <c>checkpoint</c>: saving and loading beside a copy of the file.</summary>
internal static class CheckpointCommand
{
    private const int Success = 0;
    private const double Giga = 1e9;

    private const string Description =
        "Times the saving and the loading of a checkpoint beside a copy of the same file on the same disk, all flushed "
        + "to the disk. A fraction of 1 is as fast as the copy. Ctrl-C stops and still shows the whole rounds.";

    // What a test starts and kills.
    private const int ParametersOfATraining = 100_000;

    private static readonly Option<long> Bytes =
        CommonOptions.Number("--bytes", 1_000_000_000L, (1, long.MaxValue), "The bytes of the state.");

    private static readonly Option<int> Rounds =
        CommonOptions.Number("--rounds", 5, (1, int.MaxValue), "How often each is timed.");

    private static readonly Option<string> Folder = new("--folder")
    {
        Description = "Where to write; twice the bytes must be free there. By default the current folder.",
        HelpName = "path",
        DefaultValueFactory = _ => ".",
    };

    private static readonly Option<string?> Device = CommonOptions.Device("Where the state lies.");

    private static readonly Option<bool> Json = CommonOptions.Json();

    private static readonly Option<string?> Train = new("--train")
    {
        Description = "Trains nothing in particular from this checkpoint on, and saves it after every step.",
        Hidden = true,
    };

    private static readonly Option<int> Steps = new("--steps")
    {
        Description = "The steps of that training, which then saves after the last alone; all there are by default.",
        Hidden = true,
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("checkpoint", Description) { Bytes, Rounds, Folder, Device, Json, Train, Steps };
        command.SetAction(parsed => parsed.GetValue(Train) is { } path
            ? TrainFrom(path, parsed.GetValue(Steps))
            : Run(parsed));
        return command;
    }

    private static int TrainFrom(string path, int steps)
    {
        using var training = new SavedTraining(path, ParametersOfATraining);
        if (steps <= 0)
        {
            // The first step compiles; whoever kills wants to do it later, in the middle of a save.
            training.Run(1, savesEach: true);
            Console.Out.WriteLine("ready");
        }

        training.Run(steps > 0 ? steps : int.MaxValue, savesEach: steps <= 0);
        return Success;
    }

    private static int Run(ParseResult parsed)
    {
        long bytes = parsed.GetValue(Bytes);
        int rounds = parsed.GetValue(Rounds);
        string folder = parsed.GetValue(Folder)!;
        RequireFolder(folder);
        using LambDevice device = CommonOptions.Open(parsed.GetValue(Device));
        RequireRoom(device, bytes, folder);
        using var interruption = new Interruption();
        var meter = new CheckpointMeter(device, folder, rounds, new ProgressLines(parsed.GetValue(Json)).Say);
        CheckpointRow row = Measure(meter, bytes, interruption.Token);
        if (row.Save.Count == 0)
        {
            Console.Error.WriteLine("Stopped before the end of the first round: nothing was measured.");
            return Interruption.ExitCode;
        }

        AnsiConsole.Write(Numbers(row));
        if (parsed.GetValue(Json))
        {
            PrintJson(new
            {
                bytes = row.Bytes,
                parameters = row.Parameters,
                saveSeconds = row.Save,
                loadSeconds = row.Load,
                copySeconds = row.Copy,
                saveFraction = row.SaveFraction,
                loadFraction = row.LoadFraction,
                device = device.Kind.ToString(),
                deviceName = device.Accelerator.Name,
            });
        }

        return row.Save.Count == rounds ? Success : Interruption.ExitCode;
    }

    private static void RequireFolder(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"--folder must be a folder, '{folder}' is none.");
        }

        ReportFile.RequireWritableFolder("--folder", folder);
    }

    private static void RequireRoom(LambDevice device, long bytes, string folder)
    {
        double needed = CheckpointMeter.MemoryOf(bytes) / Giga;
        double room = MemoryRoom.On(device.Accelerator) / Giga;
        if (needed > room)
        {
            throw new UsageException(Invariant(
                $"--bytes: state and gradients need {needed:0.0} GB of memory, there are {room:0.0}. Choose fewer."));
        }

        double free = new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace / Giga;
        if (2 * bytes / Giga > free)
        {
            string there = Invariant($"two files need {2 * bytes / Giga:0.0} GB, there are {free:0.0}");
            throw new UsageException(
                $"--folder: {there} in '{folder}'. Choose another folder, or fewer --bytes.");
        }
    }

    private static CheckpointRow Measure(CheckpointMeter meter, long bytes, CancellationToken cancellation)
    {
        try
        {
            return meter.Measure(bytes, cancellation);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The disk refuses: {refused.Message} Choose another --folder, or fewer --bytes.");
        }
    }

    private static Table Numbers(CheckpointRow row)
    {
        string title = Format(row.Bytes / Giga, "0.000") + " GB, " + row.Parameters + " parameters with two moments";
        Table table = TableOf(title, "median of " + row.Save.Count, ">seconds", ">GB/s", ">of the copy");
        Add("copy", row.Copy, 1);
        Add("save", row.Save, row.SaveFraction);
        Add("load", row.Load, row.LoadFraction);
        return table;

        void Add(string name, IReadOnlyList<double> seconds, double fraction)
        {
            double median = CheckpointRow.Median(seconds);
            table.AddRow(
                name, Format(median, "0.000"), Format(row.Bytes / Giga / median, "0.00"), Format(fraction, "0.00"));
        }
    }
}
