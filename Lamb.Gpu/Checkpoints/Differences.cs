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
            let there = file.GetValueOrDefault(name)
            let here = mine.GetValueOrDefault(name)
            where there != here
            select $"{FileText.Quote(name)} is {Shown(there)} in the file, {Shown(here)} in this optimizer.";
        string[] all = [.. found];
        return all.Length <= MostListed
            ? all
            : [.. all[..MostListed], $"There are {all.Length - MostListed} differences more."];
    }

    /// <summary>Makes one entry of what has parts on one side alone, as a schedule has and a number not.</summary>
    public static void Align(Dictionary<string, string> file, Dictionary<string, string> mine)
    {
        Fold(file, mine.Keys);
        Fold(mine, file.Keys);
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

    private static void Fold(Dictionary<string, string> values, IEnumerable<string> paths)
    {
        foreach (string path in paths.Where(path => !values.ContainsKey(path)).ToArray())
        {
            string[] parts = [.. values.Keys.Where(key => key.StartsWith($"{path}.", StringComparison.Ordinal))];
            if (parts.Length > 0)
            {
                // No JSON value ends so: it is never the same as one.
                string whole = values.GetValueOrDefault($"{path}.class_name", "an object") + " …";
                Array.ForEach(parts, part => values.Remove(part));
                values[path] = whole;
            }
        }
    }

    private static string Shown(string? value) => value == null ? "missing" : FileText.Quote(value)[1..^1];
}
