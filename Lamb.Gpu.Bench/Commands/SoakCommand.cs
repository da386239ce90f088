using System.CommandLine;
using System.Diagnostics;
using Lamb.Gpu.Bench.Soak;
using Spectre.Console;
using static Lamb.Gpu.Bench.Commands.Printing;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>The verb <c>soak</c>: does anything differ or grow in a long run?</summary>
internal static class SoakCommand
{
    private const int Success = 0;
    private const int Unsound = 1;

    private const string Description =
        "Trains for long with all options on, in float32 and in bfloat16, each twice: straight, and in a new optimizer "
        + "from checkpoint to checkpoint. Both must have the same bits after every period, and the process must not "
        + "hold more and more memory, files or threads. Ctrl-C stops and still shows what was read.";

    private static readonly Option<long> Steps =
        CommonOptions.Number("--steps", 2000L, (1, long.MaxValue), "The steps of each training.");

    private static readonly Option<int> Period =
        CommonOptions.Number("--period", 50, (1, int.MaxValue), "The steps between two checkpoints.");

    private static readonly Option<string?> Device = CommonOptions.Device("Where to train.");

    private static readonly Option<bool> Json = CommonOptions.Json();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("soak", Description) { Steps, Period, Device, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        long steps = parsed.GetValue(Steps);
        int period = parsed.GetValue(Period);
        RequireEnough(steps, period);
        using LambDevice device = CommonOptions.Open(parsed.GetValue(Device));
        DirectoryInfo folder = Directory.CreateTempSubdirectory("lamb-gpu-soak-");
        try
        {
            var watch = Stopwatch.StartNew();
            var lines = new ProgressLines(parsed.GetValue(Json));
            using var interruption = new Interruption();
            SoakResult result = new SoakMeter(device.Accelerator, folder.FullName).Run(
                steps, period, step => lines.Say($"{Clock(watch.Elapsed)} step {step}/{steps}"), interruption.Token);
            Print(result, device.Accelerator.Name, watch.Elapsed);
            if (parsed.GetValue(Json))
            {
                PrintJson(result);
            }

            return result.IsInterrupted ? Interruption.ExitCode : result.IsSound ? Success : Unsound;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void RequireEnough(long steps, int period)
    {
        long least = (long)SoakMeter.Readings * period;
        if (steps < least)
        {
            throw new UsageException(
                $"--steps must be {least} or more, {SoakMeter.Readings} periods of {period}, was {steps}: fewer say "
                + "nothing about growth.");
        }
    }

    private static void Print(SoakResult result, string device, TimeSpan elapsed)
    {
        AnsiConsole.Write(Numbers(result));
        AnsiConsole.WriteLine(
            $"{result.Steps} steps of {2 * SoakCase.All.Count} trainings on {device}, {result.Periods} checkpoints "
            + $"of each, {Clock(elapsed)}");
        if (result.IsInterrupted)
        {
            AnsiConsole.WriteLine("Stopped before the end: so few readings say little about growth.");
        }

        AnsiConsole.WriteLine(result.Difference is { } where
            ? $"DIFFERENT: {where}"
            : "the same bits after every period");
        foreach (SoakGrowth growth in result.Growth.Where(growth => growth.IsTooMuch))
        {
            AnsiConsole.WriteLine(Invariant($"GROWS: {growth.Name}, by {growth.Growth} and not {growth.Limit}"));
        }
    }

    private static Table Numbers(SoakResult result)
    {
        Table table = TableOf(null, result.Growth.Select(growth => ">" + growth.Name).Prepend(">step"));
        foreach (SoakReading reading in result.Readings)
        {
            Add(reading.Step, reading.Managed, reading.WorkingSet, reading.Device, reading.Files, reading.Threads);
        }

        table.AddEmptyRow();
        table.AddTexts(result.Growth.Select(growth => Whole(growth.Growth)).Prepend("growth"));
        table.AddTexts(result.Growth.Select(growth => Whole(growth.Limit)).Prepend("allowed"));
        return table;

        void Add(params long?[] values) => table.AddTexts(values.Select(value => Whole(value)));
    }

    private static string Clock(TimeSpan elapsed) => Invariant($"{elapsed:hh\\:mm\\:ss}");

    private static string Whole(double? value) => value == null ? "–" : Format(value, "#,0");
}
