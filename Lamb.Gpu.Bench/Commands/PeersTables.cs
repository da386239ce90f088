using System.Globalization;
using Lamb.Gpu.Bench.Peers;
using Spectre.Console;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Prints a comparison.</summary>
internal static class PeersTables
{
    /// <summary>Prints the rows of a model, and why others are not among them.</summary>
    public static void Print(PeerShape shape, PeerReport report)
    {
        AnsiConsole.Write(Rows(shape, report.Rows));
        foreach (MissingPeer missing in report.Missing)
        {
            AnsiConsole.WriteLine($"Without {missing.Name}: {missing.Reason}.");
        }
    }

    private static Table Rows(PeerShape shape, IReadOnlyList<PeerRow> rows)
    {
        PeerRow ours = rows[0];
        Table table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(Invariant(
            $"{shape.Name}: {ours.Parameters:N0} parameters in {ours.Variables:N0} variables, {ours.Device}")
            + (ours.Device == "cpu" ? Invariant($", {ours.Threads} threads") : "")));
        table.AddColumn("Step of");
        foreach (string name in (string[])["ms", "fastest", "slowest", "ns/parameter", "times ours"])
        {
            table.AddColumn(new TableColumn(name).RightAligned().NoWrap());
        }

        table.AddColumn(new TableColumn("Keras's update").NoWrap());
        table.AddColumn("Note");
        foreach (PeerRow row in rows)
        {
            table.AddRow(
                new Text($"{row.Name}, {row.Version}"),
                new Text(Significant(row.Milliseconds)),
                new Text(Significant(row.Fastest)),
                new Text(Significant(row.Slowest)),
                new Text(Significant(row.NanosecondsPerParameter)),
                new Text(Significant(row.Milliseconds / ours.Milliseconds)),
                new Text(Invariant($"{(row.SameUpdate ? "yes" : "no")}, {row.MaxError:0.0e-0}")),
                new Text(row.Note));
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
