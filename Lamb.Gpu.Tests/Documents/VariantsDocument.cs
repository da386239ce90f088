using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Lamb.Gpu.Tests.Documents;

/// <summary>Renders the table of docs/variants.md from the presets and from what is written at their names.</summary>
internal static partial class VariantsDocument
{
    /// <summary>Where it is in the repository.</summary>
    public const string Path = "docs/variants.md";

    private static readonly XDocument Documentation =
        XDocument.Load(System.IO.Path.Combine(AppContext.BaseDirectory, "Lamb.Gpu.xml"));

    /// <summary>The text with the table rendered anew.</summary>
    public static string Render(string text) => Block().Replace(
        text, block => $"{block.Groups["begin"].Value}\n{Table()}\n<!-- end -->");

    /// <summary>The presets that have a section of their own.</summary>
    public static IReadOnlyList<string> SectionsOf(string text) =>
        [.. Section().Matches(text).Select(match => match.Groups["name"].Value)];

    private static string Table() => string.Join('\n', Enum.GetValues<LambVariant>().Select(Row).Prepend(
        "| preset | which | options that differ from the default |\n|---|---|---|"));

    private static string Row(LambVariant variant) =>
        $"| `{variant}` | {SummaryOf(variant)} | {Differences(variant)} |";

    private static string SummaryOf(LambVariant variant)
    {
        XElement summary = Documentation.Descendants("member")
            .Single(member => member.Attribute("name")!.Value == $"F:{typeof(LambVariant)}.{variant}")
            .Element("summary")!;
        IEnumerable<string> parts =
            summary.Nodes().Select(node => node is XElement code ? $"`{code.Value}`" : $"{node}");
        return Space().Replace(string.Concat(parts), " ").Trim().TrimEnd('.');
    }

    private static string Differences(LambVariant variant)
    {
        LambOptions preset = LambOptions.ForVariant(variant), defaults = new();
        string[] different =
        [
            .. from property in typeof(LambOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
               where !Equals(property.GetValue(preset), property.GetValue(defaults))
               select $"`{property.Name} = {Text(property.GetValue(preset))}`",
        ];
        return different.Length == 0 ? "–" : string.Join(", ", different);
    }

    private static string Text(object? value) => value switch
    {
        bool flag => flag ? "true" : "false",
        double number => number.ToString(number < 1e-3 ? "0e-0" : "R", CultureInfo.InvariantCulture),
        _ => $"{value}",
    };

    [GeneratedRegex(@"(?<begin><!-- rendered: presets -->)\n.*?<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^## From .*\(`(?<name>\w+)`\)$", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
