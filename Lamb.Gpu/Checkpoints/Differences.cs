using System.Text.Json;
using Lamb.Gpu.Files;

namespace Lamb.Gpu.Checkpoints;

/// <summary>Lists in what a file differs from the optimizer that is to load it: the first differences as text, the
/// others as a count.</summary>
internal sealed class Differences
{
    private const int MostShown = 100;

    // What the file alone has is not followed further down than that.
    private const int LongestPath = 256;

    private readonly List<string> shown = [];
    private long count;

    /// <summary>Gets whether there are any.</summary>
    public bool Any => count > 0;

    /// <summary>Gets whether the next one is still shown.</summary>
    public bool HasRoom => shown.Count < MostShown;

    /// <summary>Notes some that are not shown.</summary>
    public void Count(long more) => count += more;

    /// <summary>Notes one; what is missing is null.</summary>
    public void Add(string name, string? there, string? here)
    {
        count++;
        if (HasRoom)
        {
            shown.Add($"{FileText.Quote(name)} is {Cut(there)} in the file, {Cut(here)} in this optimizer.");
        }
    }

    /// <summary>Notes in what two JSON values differ, as values: spaces and the order of keys do not count.</summary>
    /// <param name="path">What the value is called, as <c>configuration.beta_1</c>.</param>
    /// <param name="there">What the file has; undefined where it is missing.</param>
    /// <param name="here">What the optimizer has; undefined where it is missing.</param>
    /// <param name="without">Properties of it that do not count.</param>
    public void Compare(string path, JsonElement there, JsonElement here, params string[] without)
    {
        bool isMine = IsBranch(here) && (IsBranch(there) || IsMissing(there));
        if (!isMine && !(IsBranch(there) && IsMissing(here) && path.Length < LongestPath))
        {
            CompareWhole(path, there, here);
            return;
        }

        foreach (JsonProperty mine in Properties(here).Where(IsCounted))
        {
            Compare($"{path}.{mine.Name}", Find(there, mine.Name), mine.Value);
        }

        foreach (JsonProperty other in Properties(there).Where(IsCounted))
        {
            if (!HasRoom)
            {
                count += IsMissing(Find(here, other.Name)) ? 1 : 0;
            }
            else if (IsMissing(Find(here, other.Name)))
            {
                Compare($"{path}.{other.Name}", other.Value, default);
            }
        }

        bool IsCounted(JsonProperty property) => !Array.Exists(without, property.NameEquals);
    }

    /// <summary>Notes in what two lists of JSON values differ.</summary>
    public void CompareLists(string name, JsonElement there, JsonElement here)
    {
        int both = Math.Min(there.GetArrayLength(), here.GetArrayLength());
        foreach ((int i, (JsonElement file, JsonElement mine)) in
            there.EnumerateArray().Zip(here.EnumerateArray()).Index())
        {
            if (!JsonElement.DeepEquals(file, mine))
            {
                CompareWhole($"{name} {i}", file, mine);
            }
        }

        AddRest(there, value => (value, default));
        AddRest(here, value => (default, value));

        void AddRest(JsonElement list, Func<JsonElement, (JsonElement There, JsonElement Here)> pair)
        {
            int next = both;
            foreach (JsonElement value in list.EnumerateArray().Skip(both).TakeWhile(_ => HasRoom))
            {
                (JsonElement file, JsonElement mine) = pair(value);
                CompareWhole($"{name} {next++}", file, mine);
            }

            count += list.GetArrayLength() - next;
        }
    }

    /// <summary>Returns all as one text.</summary>
    public override string ToString() => count == shown.Count
        ? string.Join(' ', shown)
        : $"{string.Join(' ', shown)} There are {count - shown.Count} differences more.";

    private void CompareWhole(string path, JsonElement there, JsonElement here)
    {
        if (IsMissing(there) || IsMissing(here) || !JsonElement.DeepEquals(there, here))
        {
            Add(path, HasRoom ? Show(there) : null, HasRoom ? Show(here) : null);
        }
    }

    private static bool IsMissing(JsonElement value) => value.ValueKind == JsonValueKind.Undefined;

    private static bool IsBranch(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.GetPropertyCount() > 0;

    private static JsonElement.ObjectEnumerator Properties(JsonElement value) =>
        IsMissing(value) ? default : value.EnumerateObject();

    private static JsonElement Find(JsonElement value, string name) =>
        !IsMissing(value) && value.TryGetProperty(name, out JsonElement found) ? found : default;

    // An object that stands against something else, as a schedule against a number, is shown by its class.
    private static string? Show(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => null,
        JsonValueKind.Object when IsBranch(value) =>
            (value.TryGetProperty("class_name", out JsonElement name) ? name.GetRawText() : "an object") + " …",
        _ => value.GetRawText(),
    };

    private static string Cut(string? value) => value == null ? "missing" : FileText.Quote(value)[1..^1];
}
