using System.Globalization;
using System.Net;
using System.Text;

namespace Lamb.Gpu.Bench.Train.Report;

/// <summary>Draws lines between two axes, as SVG.</summary>
internal sealed class LineChart(string title, ChartAxis across, ChartAxis up, IReadOnlyList<ChartSeries> series)
{
    private const double Width = 900;
    private const double Height = 380;
    private const double Left = 80;
    private const double Right = 700;
    private const double Top = 20;
    private const double Bottom = 320;
    private const double LegendLine = 22;

    private readonly StringBuilder svg = new();

    /// <summary>Draws the chart.</summary>
    public string Render()
    {
        svg.Clear();
        Add($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(title)}\">");
        DrawAcross();
        DrawUp();
        for (int i = 0; i < series.Count; i++)
        {
            DrawLine(series[i]);
            DrawLegend(series[i], Top + 10 + i * LegendLine);
        }

        Add($"</svg>");
        return svg.ToString();
    }

    private double XOf(double value) => Left + across.ShareOf(value) * (Right - Left);

    private double YOf(double value) => Bottom - up.ShareOf(value) * (Bottom - Top);

    private void DrawAcross()
    {
        foreach (double tick in across.Ticks)
        {
            double x = XOf(tick);
            Add($"<line class=\"grid\" x1=\"{x:0.#}\" y1=\"{Top}\" x2=\"{x:0.#}\" y2=\"{Bottom + 5}\"/>");
            Add($"<text x=\"{x:0.#}\" y=\"{Bottom + 22}\" text-anchor=\"middle\">{ChartAxis.Format(tick)}</text>");
        }

        Add($"<line class=\"axis\" x1=\"{Left}\" y1=\"{Bottom}\" x2=\"{Right}\" y2=\"{Bottom}\"/>");
        double middle = (Left + Right) / 2;
        Add($"<text x=\"{middle}\" y=\"{Bottom + 48}\" text-anchor=\"middle\">{Encode(across.Label)}</text>");
    }

    private void DrawUp()
    {
        foreach (double tick in up.Ticks)
        {
            double y = YOf(tick);
            Add($"<line class=\"grid\" x1=\"{Left - 5}\" y1=\"{y:0.#}\" x2=\"{Right}\" y2=\"{y:0.#}\"/>");
            Add($"<text x=\"{Left - 10}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{ChartAxis.Format(tick)}</text>");
        }

        double middle = (Top + Bottom) / 2;
        Add($"<line class=\"axis\" x1=\"{Left}\" y1=\"{Top}\" x2=\"{Left}\" y2=\"{Bottom}\"/>");
        Add($"<text transform=\"translate(20 {middle}) rotate(-90)\" text-anchor=\"middle\">{Encode(up.Label)}</text>");
    }

    private void DrawLine(ChartSeries line)
    {
        IEnumerable<string> points = line.Points.Select(point => Invariant($"{XOf(point.X):0.#},{YOf(point.Y):0.#}"));
        Add($"<polyline points=\"{string.Join(' ', points)}\" {StyleOf(line)}/>");
    }

    private void DrawLegend(ChartSeries line, double y)
    {
        Add($"<line x1=\"{Right + 20}\" y1=\"{y}\" x2=\"{Right + 50}\" y2=\"{y}\" {StyleOf(line)}/>");
        Add($"<text x=\"{Right + 58}\" y=\"{y + 4}\">{Encode(line.Name)}</text>");
    }

    private static string StyleOf(ChartSeries line) =>
        $"class=\"series\" stroke=\"{Encode(line.Color)}\"{(line.IsDashed ? " stroke-dasharray=\"6 4\"" : "")}";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Add(FormattableString line) => svg.AppendLine(Invariant(line));
}
