using System.Globalization;
using Lamb.Gpu.Bench.Train;
using Spectre.Console;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Prints what a run came to.</summary>
internal static class ResultTables
{
    /// <summary>Prints the comparison, the trust ratios and the sample.</summary>
    public static void Print(TrainResult result)
    {
        AnsiConsole.WriteLine();
        if (result.IsInterrupted)
        {
            AnsiConsole.WriteLine($"Stopped after {result.Steps} of {result.Settings.Steps} steps.");
        }

        AnsiConsole.Write(Comparison(result));
        AnsiConsole.Write(TrustRatios(result.TrustRatios));
        AnsiConsole.Write(new Rule("The network writes").LeftJustified());
        AnsiConsole.WriteLine(result.Sample.TrimEnd());
        AnsiConsole.Write(new Rule());
        AnsiConsole.WriteLine(
            $"{result.Steps} steps in {Format(result.Seconds, "0.0")} s, "
            + $"{Format(result.StepsPerSecond, "0")} a second; "
            + $"the optimizer took {Format(result.OptimizerShare, "0.0%")} of the time.");
    }

    private static Table Comparison(TrainResult result)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title("Bits a held-out character");
        table.AddColumn("Model");
        table.AddColumn(new TableColumn("Bits").RightAligned());
        table.AddColumn("Sees");
        table.AddRow("unigram", Format(result.Text.UnigramBits, "0.000"), "how often a character occurs");
        table.AddRow("bigram", Format(result.Text.BigramBits, "0.000"), "the character before");
        table.AddRow(
            $"network, LAMB, {result.Settings.StorageText}",
            Format(result.HeldOutBits, "0.000"),
            $"the {result.Settings.Window} characters before");
        return table;
    }

    private static Table TrustRatios(IReadOnlyList<LambTrustRatio> ratios)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title("Trust ratios of the last step");
        table.AddColumn("Variable");
        table.AddColumn(new TableColumn("‖w‖").RightAligned());
        table.AddColumn(new TableColumn("‖u‖").RightAligned());
        table.AddColumn(new TableColumn("‖w‖ / ‖u‖").RightAligned());
        foreach (LambTrustRatio ratio in ratios)
        {
            table.AddRow(
                new Text(ratio.Name),
                new Text(Format(ratio.WeightNorm, "0.000")),
                new Text(Format(ratio.UpdateNorm, "0.000")),
                new Text(Format(ratio.TrustRatio, "0.0000")));
        }

        return table;
    }

    private static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
