using System.Globalization;
using System.Net;
using Lamb.Gpu.Sample;

namespace Lamb.Gpu.Bench.Reports;

/// <summary>Tells a run as one page that needs nothing beside itself.</summary>
internal static class TrainReport
{
    // Okabe and Ito's colours can be told apart with any kind of colour vision.
    private static readonly string[] Colors = ["#0072b2", "#d55e00", "#009e73", "#000000"];
    private const string UnigramColor = "#a0a0a0";
    private const string BigramColor = "#606060";

    /// <summary>Writes the page.</summary>
    public static string Render(TrainResult result) => HtmlPage.Render(
        "LAMB training report",
        $"""
        <p>{Encode(Summary(result))}</p>
        <h2>Bits a held-out character</h2>
        {ComparisonTable(result)}
        <h2>Loss</h2>
        {LossChart(result).Render()}
        <h2>Trust ratio of each variable</h2>
        {TrustChart(result.Curve).Render()}
        <h2>Last step</h2>
        {TrustTable(result.TrustRatios)}
        <h2>The network writes</h2>
        <pre>{Encode(result.Sample.TrimEnd())}</pre>
        <h2>Text</h2>
        <p>{Encode(result.Text.Source.Description)}: {Number(result.Text.Symbols.Length, "N0")} characters,
        {result.Text.Vocabulary.Count} symbols.</p>
        """);

    private static string Summary(TrainResult result) =>
        $"{Number(result.Parameters, "N0")} parameters, {result.Steps} steps"
        + (result.IsInterrupted ? $" (stopped; {result.Settings.Steps} were asked for)" : "")
        + $" of {result.Settings.Batch} windows in {Number(result.Seconds, "0.0")} s "
        + $"({Number(result.StepsPerSecond, "0")} a second) on {result.Device}, {result.DeviceName}. "
        + $"The optimizer took {Number(result.OptimizerShare, "0.0%")} of the time. Seed {result.Settings.Seed}.";

    private static string ComparisonTable(TrainResult result) =>
        $"""
        <table>
        <tr><th>Model</th><th class="number">Bits</th><th>Sees</th></tr>
        {ComparisonRow("", "unigram", result.Text.UnigramBits, "how often a character occurs")}
        {ComparisonRow("", "bigram", result.Text.BigramBits, "the character before")}
        {NetworkRow(result)}
        </table>
        """;

    private static string NetworkRow(TrainResult result) => ComparisonRow(
        "ours",
        $"network, LAMB, {result.Settings.StorageText}",
        result.HeldOutBits,
        $"the {result.Settings.Window} characters before");

    private static string ComparisonRow(string kind, string model, double bits, string sees) =>
        $"""<tr class="{kind}"><td>{model}</td><td class="number">{Number(bits, "0.000")}</td><td>{sees}</td></tr>""";

    private static string TrustTable(IEnumerable<LambTrustRatio> ratios)
    {
        IEnumerable<string> rows = ratios.Select(ratio =>
            $"<tr><td>{Encode(ratio.Name)}</td><td class=\"number\">{Number(ratio.WeightNorm, "0.000")}</td>"
            + $"<td class=\"number\">{Number(ratio.UpdateNorm, "0.000")}</td>"
            + $"<td class=\"number\">{Number(ratio.TrustRatio, "0.0000")}</td></tr>");
        return
            $"""
            <table>
            <tr><th>Variable</th><th class="number">‖w‖</th><th class="number">‖u‖</th>
            <th class="number">Trust ratio ‖w‖ / ‖u‖</th></tr>
            {string.Join('\n', rows)}
            </table>
            """;
    }

    private static LineChart LossChart(TrainResult result)
    {
        IReadOnlyList<CurvePoint> curve = result.Curve;
        double end = curve.Count > 0 ? curve[^1].Step : 1;
        ChartSeries[] series =
        [
            new("train, smoothed", Colors[0], false, [.. curve.Select(point => ((double)point.Step, point.TrainBits))]),
            new("held out", Colors[1], false, [.. curve.Select(point => ((double)point.Step, point.HeldOutBits))]),
            new("bigram, held out", BigramColor, true, Level(result.Text.BigramBits)),
            new("unigram, held out", UnigramColor, true, Level(result.Text.UnigramBits)),
        ];
        return new LineChart(
            "Loss over the steps",
            ChartAxis.FromZero("step", [end]),
            ChartAxis.FromZero("bits a character", series.SelectMany(line => line.Points).Select(point => point.Y)),
            series);

        (double X, double Y)[] Level(double value) => [(0, value), (end, value)];
    }

    private static LineChart TrustChart(IReadOnlyList<CurvePoint> curve)
    {
        IEnumerable<string> names = curve.Count > 0 ? curve[0].TrustRatios.Select(ratio => ratio.Name) : [];
        ChartSeries[] series = [.. names.Select((name, index) => TrustSeries(curve, name, index))];
        double end = curve.Count > 0 ? curve[^1].Step : 1;
        return new LineChart(
            "Trust ratio of each variable over the steps",
            ChartAxis.FromZero("step", [end]),
            ChartAxis.Logarithmic("trust ratio", series.SelectMany(line => line.Points).Select(point => point.Y)),
            series);
    }

    // The kernel and the bias of a layer share a colour: the bias is dashed.
    private static ChartSeries TrustSeries(IReadOnlyList<CurvePoint> curve, string name, int index) => new(
        name,
        Colors[(index + 1) / 2 % Colors.Length],
        name.EndsWith("/bias", StringComparison.Ordinal),
        [.. curve
            .Select(point => ((double)point.Step, (double)point.TrustRatios[index].TrustRatio))
            .Where(point => point.Item2 > 0)]);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
