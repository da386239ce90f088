using System.Globalization;
using Lamb.Gpu.Bench.Accuracy;
using Spectre.Console;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Prints what trajectories came to.</summary>
internal static class AccuracyTables
{
    /// <summary>Says what is about to happen.</summary>
    public static void PrintStart(LambDevice device, string folder, int count)
    {
        AnsiConsole.WriteLine($"Device  {device.Kind}, {device.Accelerator.Name}");
        AnsiConsole.WriteLine($"Golden  {count} trajectories in {folder}");
    }

    /// <summary>Prints the rows, why some did not pass, and the summary.</summary>
    public static void Print(AccuracySummary summary)
    {
        AnsiConsole.Write(Rows(summary));
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
    }

    private static Table Rows(AccuracySummary summary)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title("Distance from Keras in float64");
        table.AddColumn("Scenario");
        table.AddColumn(new TableColumn("Our error").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("Keras's").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("Ratio").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("Passed").NoWrap());
        foreach (ScenarioAccuracy row in summary.Rows)
        {
            table.AddRow(
                new Text(row.Name),
                new Text(Format(row.Ours, "0.00e-0")),
                new Text(Format(row.Keras, "0.00e-0")),
                new Text(Format(row.Ratio, "0.00")),
                new Text(row.Passed switch { true => "yes", false => "NO", null => "cannot tell" }));
        }

        return table;
    }

    private static string Both((double? Mean, double? Largest) errors) =>
        $"{Format(errors.Mean, "0.00e-0")} on average and {Format(errors.Largest, "0.00e-0")} at most";

    private static string Format(double? value, string format) =>
        value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
