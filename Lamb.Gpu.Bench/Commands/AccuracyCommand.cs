using System.CommandLine;
using Lamb.Gpu.Bench.Golden;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>The verb <c>accuracy</c>: its options, and what they mean.</summary>
internal static class AccuracyCommand
{
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

    private static readonly Option<string?> Device = DeviceChoice.CreateOption("Where to run.");

    private static readonly Option<bool> Json = JsonChoice.CreateOption();

    private static readonly Option<string?> Dump = new("--dump")
    {
        Description = "Writes what was computed into this folder: a JSON file a trajectory.",
        HelpName = "folder",
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("accuracy", Description) { Golden, Device, Json, Dump };
        command.SetAction(parsed => AccuracyRun.Execute(new AccuracyRequest(
            parsed.GetValue(Golden),
            DeviceChoice.KindOf(parsed.GetValue(Device)),
            parsed.GetValue(Json),
            parsed.GetValue(Dump))));
        return command;
    }
}
