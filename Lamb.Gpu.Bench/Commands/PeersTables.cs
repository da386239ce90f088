using System.Globalization;
using Lamb.Gpu.Bench.Peers;
using Spectre.Console;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Prints a comparison.</summary>
internal static class PeersTables
{
    /// <summary>Prints the rows of a model, and why others are not among them.</summary>
    public static void Print(PeerReport report)
    {
        AnsiConsole.Write(Rows(report.Rows));
        foreach (PeerRow row in report.Rows)
        {
            string note = row.Note.Length > 0 ? $": {row.Note}" : "";
            AnsiConsole.WriteLine($"{row.Name} ({row.Version}){note}");
        }

        foreach (MissingPeer missing in report.Missing)
        {
            AnsiConsole.WriteLine($"Without {missing.Name}: {missing.Reason}");
        }
    }

    private static Table Rows(IReadOnlyList<PeerRow> rows)
    {
        PeerRow ours = rows[0];
        Table table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(Invariant(
            $"{ours.Shape}: {ours.Parameters:N0} parameters in {ours.Variables:N0} variables, {ours.Device}")
            + (ours.Device == "cpu" ? Invariant($", {ours.Threads} threads") : "")));
        table.AddColumn(new TableColumn("A step of").NoWrap());
        foreach (string name in (string[])["ms", "fastest", "CPU ms", "ns/weight", "× ours"])
        {
            table.AddColumn(new TableColumn(name).RightAligned().NoWrap());
        }

        table.AddColumn(new TableColumn("Keras's").NoWrap());
        foreach (PeerRow row in rows)
        {
            table.AddRow(
                new Text(row.Name),
                new Text(Significant(row.Milliseconds)),
                new Text(Significant(row.Fastest)),
                new Text(Significant(row.CpuMilliseconds)),
                new Text(Significant(row.NanosecondsPerParameter)),
                new Text(Significant(row.Milliseconds / ours.Milliseconds)),
                new Text(row.SameUpdate ? "yes" : "no"));
        }

        return table;
    }

    private static string Significant(double value) => value switch
    {
        >= 100 => Invariant($"{value:0}"),
        >= 10 => Invariant($"{value:0.0}"),
        >= 1 => Invariant($"{value:0.00}"),
        _ => Invariant($"{value:0.000}"),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
