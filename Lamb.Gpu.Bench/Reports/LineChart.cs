using System.Globalization;
using System.Net;
using System.Text;

namespace Lamb.Gpu.Bench.Reports;

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

/// <summary>Places values along an axis and chooses its ticks.</summary>
internal sealed class ChartAxis
{
    private const int WantedSteps = 6;

    private readonly double low;
    private readonly double high;
    private readonly Func<double, double> scale;

    private ChartAxis(string label, double[] ticks, Func<double, double> scale)
    {
        Label = label;
        Ticks = ticks;
        this.scale = scale;
        low = scale(ticks[0]);
        high = scale(ticks[^1]);
    }

    /// <summary>What the axis shows.</summary>
    public string Label { get; }

    /// <summary>The values that are marked; the axis reaches from the first to the last.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>An axis from 0 with round ticks.</summary>
    public static ChartAxis FromZero(string label, IEnumerable<double> values)
    {
        double max = Math.Max(values.DefaultIfEmpty(1).Max(), 1e-6);
        double step = RoundUp(max / WantedSteps);
        int count = (int)Math.Ceiling(max / step - 1e-9);
        return new ChartAxis(label, [.. Enumerable.Range(0, count + 1).Select(i => i * step)], value => value);
    }

    /// <summary>A logarithmic axis with a tick at every power of ten; values must be positive.</summary>
    public static ChartAxis Logarithmic(string label, IEnumerable<double> values)
    {
        double[] all = [.. values.DefaultIfEmpty(1)];
        int first = (int)Math.Floor(Math.Log10(all.Min()));
        int last = Math.Max(first + 1, (int)Math.Ceiling(Math.Log10(all.Max())));
        double[] ticks = [.. Enumerable.Range(first, last - first + 1).Select(power => Math.Pow(10, power))];
        return new ChartAxis(label, ticks, Math.Log10);
    }

    /// <summary>How far along the axis a value lies: 0 at its start, 1 at its end.</summary>
    public double ShareOf(double value) => (scale(value) - low) / (high - low);

    /// <summary>A tick as text.</summary>
    public static string Format(double tick) => tick.ToString("0.#####", CultureInfo.InvariantCulture);

    // 1, 2 or 5 times a power of ten.
    private static double RoundUp(double step)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        double[] rounds = [1, 2, 5, 10];
        return power * rounds.First(round => round * power >= step * (1 - 1e-9));
    }
}

/// <summary>Holds one line of a chart.</summary>
/// <param name="Name">What the legend says.</param>
/// <param name="Color">A colour as CSS knows it.</param>
/// <param name="IsDashed">Whether the line is broken.</param>
/// <param name="Points">The points, from left to right.</param>
internal sealed record ChartSeries(
    string Name, string Color, bool IsDashed, IReadOnlyList<(double X, double Y)> Points);
