using System.Globalization;
using System.Net;
using System.Text;
using Lamb.Gpu.Bench.Train.Report;

namespace Lamb.Gpu.Bench.Roofline.Report;

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
