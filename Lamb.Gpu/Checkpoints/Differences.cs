using System.Text.Json;
using Lamb.Gpu.Files;

namespace Lamb.Gpu.Checkpoints;

/// <summary>Says in what a checkpoint differs from the optimizer that is to load it.</summary>
internal static class Differences
{
    private const int MostListed = 100;

    /// <summary>Lists what is in one alone, or another in both; in the order of the optimizer's list.</summary>
    /// <param name="file">What the file has, by what it is called.</param>
    /// <param name="mine">What the optimizer has.</param>
    public static string[] Between(IReadOnlyDictionary<string, string> file, IReadOnlyDictionary<string, string> mine)
    {
        IEnumerable<string> found =
            from name in mine.Keys.Concat(file.Keys.Except(mine.Keys))
            let there = ValueOf(file, name)
            let here = ValueOf(mine, name)
            where there != here && !IsPart(name, file, mine)
            select $"{FileText.Quote(name)} is {Shown(there)} in the file, {Shown(here)} in this optimizer.";
        string[] all = [.. found];
        return all.Length <= MostListed
            ? all
            : [.. all[..MostListed], $"There are {all.Length - MostListed} differences more."];
    }

    /// <summary>Spreads a JSON value into a list of paths, as <c>configuration.beta_1</c>, and values.</summary>
    public static Dictionary<string, string> Flatten(string path, JsonElement value)
    {
        var flat = new Dictionary<string, string>();
        Flatten(path, value, flat);
        return flat;
    }

    private static void Flatten(string path, JsonElement value, Dictionary<string, string> flat)
    {
        if (value.ValueKind == JsonValueKind.Object && value.GetPropertyCount() > 0)
        {
            foreach (JsonProperty property in value.EnumerateObject())
            {
                Flatten($"{path}.{property.Name}", property.Value, flat);
            }
        }
        else
        {
            flat[path] = value.GetRawText();
        }
    }

    // A schedule stands for its parts where the other side has a number.
    private static string? ValueOf(IReadOnlyDictionary<string, string> values, string name) =>
        values.GetValueOrDefault(name)
            ?? values.GetValueOrDefault($"{name}.class_name")
            ?? (values.Keys.Any(key => key.StartsWith($"{name}.", StringComparison.Ordinal)) ? "an object" : null);

    private static bool IsPart(
        string name, IReadOnlyDictionary<string, string> file, IReadOnlyDictionary<string, string> mine)
    {
        for (int dot = name.IndexOf('.', StringComparison.Ordinal); dot > 0; dot = name.IndexOf('.', dot + 1))
        {
            if (file.ContainsKey(name[..dot]) || mine.ContainsKey(name[..dot]))
            {
                return true;
            }
        }

        return false;
    }

    private static string Shown(string? value) => value == null ? "missing" : FileText.Quote(value)[1..^1];
}
