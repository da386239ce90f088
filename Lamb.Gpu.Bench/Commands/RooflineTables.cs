using System.Globalization;
using Lamb.Gpu.Bench.Roofline;
using Spectre.Console;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Prints what steps came to.</summary>
internal static class RooflineTables
{
    /// <summary>Says what is about to happen.</summary>
    public static void PrintStart(LambDevice device, StepKind kind)
    {
        AnsiConsole.WriteLine($"Device  {device.Kind}, {device.Accelerator.Name}");
        AnsiConsole.WriteLine($"Step    {kind.Name}, {kind.BytesPerParameter} bytes a parameter");
    }

    /// <summary>What a shape has come to, in a line, while others are still to be measured.</summary>
    public static string Describe(RooflineRow row) => string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Shape}: {row.Parameters:N0} parameters in {row.Variables:N0} variables, {row.Milliseconds:0.000} ms");

    /// <summary>Prints the numbers and the bars.</summary>
    public static void Print(string title, IReadOnlyList<RooflineRow> rows)
    {
        AnsiConsole.Write(Numbers(title, rows));
        AnsiConsole.Write(Bars(rows));
    }

    private static Table Numbers(string title, IEnumerable<RooflineRow> rows)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title(title);
        table.AddColumn(new TableColumn("Shape").NoWrap());
        foreach (string name in new[] { "ms", "ns/p", "GB/s", "B/p", "twin", "copy", "launches" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach (RooflineRow row in rows)
        {
            table.AddRow(
                row.Shape,
                Format(row.Milliseconds, "0.000"),
                Format(row.NanosecondsPerParameter, "0.000"),
                Format(row.GigabytesPerSecond, "0.0"),
                Format(row.BytesPerParameter, "0"),
                Format(row.FractionOfTwin, "0.00"),
                Format(row.FractionOfCopy, "0.00"),
                Format(row.Launches, "0"));
        }

        return table;
    }

    private static BarChart Bars(IEnumerable<RooflineRow> rows) => new BarChart()
        .Label("GB/s")
        .AddItems(rows, row => new BarChartItem(row.Shape, Math.Round(row.GigabytesPerSecond, 1), Color.Blue));

    private static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
