using System.CommandLine;
using Lamb.Gpu.Bench.Soak;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>The verb <c>soak</c>: its options, and what they mean.</summary>
internal static class SoakCommand
{
    private const string Description =
        "Trains for long with all options on, in float32 and in bfloat16, each twice: straight, and in a new optimizer "
        + "from checkpoint to checkpoint. Both must have the same bits after every period, and the process must not "
        + "hold more and more memory, files or threads. Ctrl-C stops and still shows what was read.";

    private static readonly Option<long> Steps =
        NumberOption.Create("--steps", 2000L, (1, long.MaxValue), "The steps of each training.");

    private static readonly Option<int> Period =
        NumberOption.Create("--period", 50, (1, int.MaxValue), "The steps between two checkpoints.");

    private static readonly Option<string?> Device = DeviceChoice.CreateOption("Where to train.");

    private static readonly Option<bool> Json = JsonChoice.CreateOption();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("soak", Description) { Steps, Period, Device, Json };
        command.SetAction(parsed => SoakRun.Execute(Checked(new SoakRequest(
            parsed.GetValue(Steps),
            parsed.GetValue(Period),
            DeviceChoice.KindOf(parsed.GetValue(Device)),
            parsed.GetValue(Json)))));
        return command;
    }

    private static SoakRequest Checked(SoakRequest request)
    {
        long least = (long)SoakMeter.Readings * request.Period;
        return request.Steps >= least
            ? request
            : throw new UsageException(
                $"--steps must be {least} or more, {SoakMeter.Readings} periods of {request.Period}, was "
                + $"{request.Steps}: fewer say nothing about growth.");
    }
}
