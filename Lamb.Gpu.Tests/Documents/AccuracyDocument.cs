using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Lamb.Gpu.Bench.Accuracy;

namespace Lamb.Gpu.Tests.Documents;

/// <summary>Renders and reads the measured block of docs/accuracy.md.</summary>
internal static partial class AccuracyDocument
{
    /// <summary>Where it is in the repository.</summary>
    public const string Path = "docs/accuracy.md";

    /// <summary>The text with the block rendered anew.</summary>
    public static string Render(string text, AccuracySummary summary) => Block().Replace(
        text, block => $"{block.Groups["begin"].Value}\n{Tables(summary)}\n<!-- end -->");

    /// <summary>The counts at the head of the block, by name.</summary>
    public static IReadOnlyDictionary<string, int> CountsOf(string text) => Count().Matches(Block().Match(text).Value)
        .ToDictionary(
            row => row.Groups["name"].Value,
            row => int.Parse(row.Groups["count"].Value, CultureInfo.InvariantCulture));

    /// <summary>The names of the scenarios in the block.</summary>
    public static IReadOnlySet<string> ScenariosOf(string text) =>
        Scenario().Matches(Block().Match(text).Value).Select(row => row.Groups["name"].Value).ToHashSet();

    private static string Tables(AccuracySummary summary)
    {
        var text = new StringBuilder();
        text.Append("| count | |\n|---|---:|\n");
        text.Append(CultureInfo.InvariantCulture, $"| scenarios | {summary.Rows.Count} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| passed | {summary.Passed} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| comparable | {summary.Comparable} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| closerThanKeras | {summary.CloserThanKeras} |\n");
        text.Append("\n| error | on average | at most |\n|---|---:|---:|\n");
        text.Append($"| ours | {Error(summary.Ours.Mean)} | {Error(summary.Ours.Largest)} |\n");
        text.Append($"| Keras's | {Error(summary.Keras.Mean)} | {Error(summary.Keras.Largest)} |\n");
        text.Append("\n| scenario | our error | Keras's error | ratio | passed |\n|---|---:|---:|---:|---|\n");
        foreach (ScenarioAccuracy row in summary.Rows)
        {
            string ratio = row.Ratio?.ToString("0.00", CultureInfo.InvariantCulture) ?? "–";
            string passed = row.Passed switch { true => "yes", false => "no", null => "cannot tell" };
            text.Append($"| `{row.Name}` | {Error(row.Ours)} | {Error(row.Keras)} | {ratio} | {passed} |\n");
        }

        return text.ToString().TrimEnd();
    }

    private static string Error(double? error) => error?.ToString("0.00e-0", CultureInfo.InvariantCulture) ?? "–";

    [GeneratedRegex(@"(?<begin><!-- measured: cpu -->)\n.*?<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^\| (?<name>\w+) \| (?<count>\d+) \|$", RegexOptions.Multiline)]
    private static partial Regex Count();

    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Scenario();
}
