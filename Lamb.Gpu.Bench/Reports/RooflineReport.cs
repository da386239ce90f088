using System.Globalization;
using System.Net;
using System.Text;
using Lamb.Gpu.Bench.Roofline;

namespace Lamb.Gpu.Bench.Reports;

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
            "parameters", "variables", "ms", "ns/parameter", "GB/s", "B/parameter", "of twin", "of copy",
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

/// <summary>Draws a bar for every step and the roofs above it, its twin and the copy, as SVG.</summary>
internal sealed class RooflineChart(string title, IReadOnlyList<RooflineRow> rows)
{
    private const double Width = 900;
    private const double Left = 130;
    private const double Right = 800;
    private const double Top = 40;
    private const double LineHeight = 34;
    private const double BarHeight = 18;

    private readonly StringBuilder svg = new();
    private readonly double bottom = Top + (rows.Count * LineHeight);
    private readonly ChartAxis speed = ChartAxis.FromZero("GB/s", rows.SelectMany(SpeedsOf));

    /// <summary>Draws the chart.</summary>
    public string Render()
    {
        svg.Clear();
        Add($"<svg viewBox=\"0 0 {Width} {bottom + 60}\" role=\"img\" aria-label=\"{Encode(title)}\">");
        DrawLegend();
        DrawAxis();
        for (int i = 0; i < rows.Count; i++)
        {
            DrawRow(rows[i], Top + (i * LineHeight) + ((LineHeight - BarHeight) / 2));
        }

        Add($"</svg>");
        return svg.ToString();
    }

    private static double[] SpeedsOf(RooflineRow row) =>
    [
        row.GigabytesPerSecond,
        row.GigabytesPerSecondIn(row.TwinMilliseconds),
        row.GigabytesPerSecondIn(row.CopyMilliseconds),
    ];

    private void DrawLegend()
    {
        (string Name, string Color)[] entries =
        [
            ("step", RooflineColors.Step),
            ("its twin: the same launches, no arithmetic", RooflineColors.Twin),
            ("a copy of as many bytes", RooflineColors.Copy),
        ];
        double x = Left;
        foreach ((string name, string color) in entries)
        {
            Add($"<rect x=\"{x}\" y=\"10\" width=\"12\" height=\"12\" fill=\"{color}\"/>");
            Add($"<text x=\"{x + 18}\" y=\"21\">{name}</text>");
            x += 60 + (name.Length * 6.5);
        }
    }

    private void DrawAxis()
    {
        foreach (double tick in speed.Ticks)
        {
            double x = XOf(tick);
            Add($"<line class=\"grid\" x1=\"{x:0.#}\" y1=\"{Top}\" x2=\"{x:0.#}\" y2=\"{bottom + 5}\"/>");
            Add($"<text x=\"{x:0.#}\" y=\"{bottom + 22}\" text-anchor=\"middle\">{ChartAxis.Format(tick)}</text>");
        }

        double middle = (Left + Right) / 2;
        Add($"<text x=\"{middle}\" y=\"{bottom + 46}\" text-anchor=\"middle\">{Encode(speed.Label)}</text>");
        Add($"<line class=\"axis\" x1=\"{Left}\" y1=\"{Top}\" x2=\"{Left}\" y2=\"{bottom}\"/>");
    }

    private void DrawRow(RooflineRow row, double y)
    {
        double[] speeds = SpeedsOf(row);
        double end = XOf(speeds[0]);
        Add($"<text x=\"{Left - 10}\" y=\"{y + 14:0.#}\" text-anchor=\"end\">{Encode(row.Shape)}</text>");
        Add($"<rect x=\"{Left}\" y=\"{y:0.#}\" width=\"{end - Left:0.#}\" height=\"{BarHeight}\" ")
            .Append(Invariant($"fill=\"{RooflineColors.Step}\" fill-opacity=\"0.8\"/>"));
        DrawRoof(speeds[1], RooflineColors.Twin, y);
        DrawRoof(speeds[2], RooflineColors.Copy, y);
    }

    private void DrawRoof(double value, string color, double y)
    {
        double x = XOf(value);
        Add($"<line x1=\"{x:0.#}\" y1=\"{y - 5:0.#}\" x2=\"{x:0.#}\" y2=\"{y + BarHeight + 5:0.#}\" ")
            .Append(Invariant($"stroke=\"{color}\" stroke-width=\"3\"/>"));
    }

    private double XOf(double value) => Left + (speed.ShareOf(value) * (Right - Left));

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private StringBuilder Add(FormattableString line) => svg.AppendLine(Invariant(line));
}

/// <summary>The colours of the pictures: Okabe and Ito's, which any kind of colour vision tells apart.</summary>
internal static class RooflineColors
{
    public const string Step = "#0072b2";
    public const string Twin = "#d55e00";
    public const string Copy = "#000000";
}
