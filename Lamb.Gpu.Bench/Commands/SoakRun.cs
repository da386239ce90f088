using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Lamb.Gpu.Bench.Soak;
using Spectre.Console;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Does what <c>soak</c> was asked for, from the first step to the last line of output.</summary>
internal static class SoakRun
{
    private const int Success = 0;
    private const int Unsound = 1;

    /// <summary>Trains and reports.</summary>
    /// <returns>The exit code.</returns>
    public static int Execute(SoakRequest request)
    {
        using LambDevice device = DeviceChoice.Open(request.Device);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("lamb-gpu-soak-");
        try
        {
            var watch = Stopwatch.StartNew();
            var lines = new ProgressLines(request.Json);
            using var interruption = new Interruption();
            SoakResult result = new SoakMeter(device.Accelerator, folder.FullName).Run(
                request.Steps,
                request.Period,
                step => lines.Say($"{Format(watch.Elapsed)} step {step}/{request.Steps}"),
                interruption.Token);
            Report(result, device.Accelerator.Name, watch.Elapsed);
            if (request.Json)
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(result, JsonChoice.Names));
            }

            return result.IsInterrupted ? Interruption.ExitCode : result.IsSound ? Success : Unsound;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Report(SoakResult result, string device, TimeSpan elapsed)
    {
        AnsiConsole.Write(Numbers(result));
        AnsiConsole.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Steps} steps of {2 * SoakCase.All.Count} trainings on {device}, {result.Periods} checkpoints "
            + $"of each, {Format(elapsed)}"));
        if (result.IsInterrupted)
        {
            AnsiConsole.WriteLine("Stopped before the end: so few readings say little about growth.");
        }

        AnsiConsole.WriteLine(result.Difference is { } where
            ? $"DIFFERENT: {where}"
            : "the same bits after every period");
        foreach (SoakGrowth growth in result.Growth.Where(growth => growth.IsTooMuch))
        {
            AnsiConsole.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"GROWS: {growth.Name}, by {growth.Growth} and not {growth.Limit}"));
        }
    }

    private static Table Numbers(SoakResult result)
    {
        Table table = new Table().Border(TableBorder.Rounded);
        foreach (string name in result.Growth.Select(growth => growth.Name).Prepend("step"))
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach (SoakReading reading in result.Readings)
        {
            Add(reading.Step, reading.Managed, reading.WorkingSet, reading.Device, reading.Files, reading.Threads);
        }

        table.AddEmptyRow();
        table.AddRow([.. result.Growth.Select(growth => Format(growth.Growth)).Prepend("growth")]);
        table.AddRow([.. result.Growth.Select(growth => Format(growth.Limit)).Prepend("allowed")]);
        return table;

        void Add(params long?[] values) => table.AddRow([.. values.Select(value => Format(value))]);
    }

    private static string Format(TimeSpan elapsed) => elapsed.ToString("hh\\:mm\\:ss", CultureInfo.InvariantCulture);

    private static string Format(double? value) => value?.ToString("#,0", CultureInfo.InvariantCulture) ?? "–";
}
