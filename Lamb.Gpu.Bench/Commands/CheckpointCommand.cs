using System.CommandLine;
using Lamb.Gpu.Bench.Checkpoints;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>The verb <c>checkpoint</c>: its options, and what they mean.</summary>
internal static class CheckpointCommand
{
    private const string Description =
        "Times the saving and the loading of a checkpoint beside a copy of the same file on the same disk, all flushed "
        + "to the disk. A fraction of 1 is as fast as the copy. Ctrl-C stops and still shows the whole rounds.";

    // What a test starts and kills.
    private const int ParametersOfATraining = 100_000;

    private static readonly Option<long> Bytes =
        NumberOption.Create("--bytes", 1_000_000_000L, (1, long.MaxValue), "The bytes of the state.");

    private static readonly Option<int> Rounds =
        NumberOption.Create("--rounds", 5, (1, int.MaxValue), "How often each is timed.");

    private static readonly Option<string> Folder = new("--folder")
    {
        Description = "Where to write; twice the bytes must be free there. By default the current folder.",
        HelpName = "path",
        DefaultValueFactory = _ => ".",
    };

    private static readonly Option<string?> Device = DeviceChoice.CreateOption("Where the state lies.");

    private static readonly Option<bool> Json = JsonChoice.CreateOption();

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
            : CheckpointRun.Execute(new CheckpointRequest(
                parsed.GetValue(Bytes),
                parsed.GetValue(Rounds),
                RequireFolder(parsed.GetValue(Folder)!),
                DeviceChoice.KindOf(parsed.GetValue(Device)),
                parsed.GetValue(Json))));
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
        return 0;
    }

    private static string RequireFolder(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"--folder must be a folder, '{folder}' is none.");
        }

        ReportFile.RequireWritableFolder("--folder", folder);
        return folder;
    }
}
