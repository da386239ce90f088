using System.Globalization;
using System.Net;
using Lamb.Gpu.Bench.Train.Report;

namespace Lamb.Gpu.Bench.Roofline.Report;

/// <summary>Tells what steps came to as one page that needs nothing beside itself.</summary>
internal static class RooflineReport
{
    /// <summary>Writes the page; sections without results are left out.</summary>
    public static string Render(StepKind kind, IReadOnlyList<RooflineSection> sections)
    {
        RooflineSection[] measured = [.. sections.Where(section => section.Rows.Count > 0)];
        string device = measured.Length > 0 ? $" on {measured[0].Rows[0].DeviceName}" : "";
        return HtmlPage.Render(
            "A step of LAMB and the memory of the machine",
            $"""
            <p>{Encode($"Steps of the kind {kind.Name}, {kind.BytesPerParameter} bytes a parameter{device}.")}
            The twin of a step moves the same bytes through the same launches and computes next to nothing. The copy
            moves as many bytes on the device, half of them read and half written. Fractions are times of these by
            the time of the step; all three were taken in turn, and the median is shown.</p>
            {string.Join('\n', measured.Select(Section))}
            """);
    }

    private static string Section(RooflineSection section) =>
        $"""
        <h2>{Encode(section.Title)}</h2>
        {(section.Growth == null ? new RooflineChart(section.Title, section.Rows).Render() : GrowthChart(section))}
        {TableOf(section.Rows)}
        """;

    private static string GrowthChart(RooflineSection section)
    {
        GrowthAxis growth = section.Growth!;
        ChartSeries[] series =
        [
            Series("step", RooflineColors.Step, row => row.Milliseconds),
            Series("twin", RooflineColors.Twin, row => row.TwinMilliseconds),
            Series("copy", RooflineColors.Copy, row => row.CopyMilliseconds),
        ];
        return new LineChart(
            section.Title,
            ChartAxis.Logarithmic(growth.Label, section.Rows.Select(growth.ValueOf)),
            ChartAxis.FromZero("ns a parameter", series.SelectMany(line => line.Points).Select(point => point.Y)),
            series).Render();

        ChartSeries Series(string name, string color, Func<RooflineRow, double> milliseconds) => new(
            name,
            color,
            name != "step",
            [.. section.Rows.Select(row => (growth.ValueOf(row), milliseconds(row) * 1e6 / row.Parameters))]);
    }

    private static string TableOf(IEnumerable<RooflineRow> rows)
    {
        string[] columns =
        [
            "parameters", "variables", "ms", "ns a parameter", "GB/s", "bytes a parameter", "of twin", "of copy",
            "launches",
        ];
        return
            $"""
            <table>
            <tr><th>Shape</th>{string.Concat(columns.Select(name => $"<th class=\"number\">{name}</th>"))}</tr>
            {string.Join('\n', rows.Select(RowOf))}
            </table>
            """;
    }

    private static string RowOf(RooflineRow row)
    {
        string[] cells =
        [
            Number(row.Parameters, "N0"), Number(row.Variables, "N0"), Number(row.Milliseconds, "0.000"),
            Number(row.NanosecondsPerParameter, "0.0000"), Number(row.GigabytesPerSecond, "0.0"),
            Number(row.BytesPerParameter, "0"), Number(row.FractionOfTwin, "0.00"),
            Number(row.FractionOfCopy, "0.00"), Number(row.Launches, "0"),
        ];
        return $"<tr><td>{Encode(row.Shape)}</td>"
            + string.Concat(cells.Select(cell => $"<td class=\"number\">{cell}</td>")) + "</tr>";
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
