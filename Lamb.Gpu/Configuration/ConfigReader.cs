using System.Text.Json;

namespace Lamb.Gpu.Configuration;

/// <summary>Reads the keys of a JSON object and notes each that is missing, unknown or of the wrong type.</summary>
/// <remarks>
/// A key that cannot be read gives a harmless value, so that one pass finds all that is wrong; the list of problems,
/// shared by nested objects, decides in the end whether anything is made of what was read.
/// </remarks>
/// <param name="element">The object.</param>
/// <param name="path">Where it stands, for the problems; empty at the root.</param>
/// <param name="problems">Where problems are noted.</param>
internal sealed class ConfigReader(JsonElement element, string path, List<string> problems)
{
    private const string WholeNumber = "a whole number of 32 bits, written without a point";

    private const int LongestShown = 80;
    private const int MostNamed = 20;

    private readonly List<string> known = [];

    /// <summary>Gets a reader that notes nothing, for an object that nothing is known of.</summary>
    public static ConfigReader Nothing => new(default, "", []);

    public string Path => path;

    public bool IsObject => element.ValueKind == JsonValueKind.Object;

    /// <summary>Reads a number; one that must be there unless a fallback is given.</summary>
    public double Number(string key, double? fallback = null, string must = "a finite number") =>
        Read(key, must, AsNumber, 1, fallback.HasValue, fallback ?? 0);

    /// <summary>Reads a number, or null where Keras has None.</summary>
    public double? NumberOrNull(string key) => Absent(key) ? null : Number(key);

    /// <summary>Reads a whole number; where it is missing, the fallback.</summary>
    public int Whole(string key, int fallback) => Read(key, WholeNumber, AsWhole, 1, true, fallback);

    /// <summary>Reads a whole number, or null where Keras has None.</summary>
    public int? WholeOrNull(string key) =>
        Absent(key) ? null : Read(key, WholeNumber, AsWhole, 1);

    public bool Flag(string key, bool fallback) =>
        Read(key, "true or false", AsFlag, fallback, true, fallback);

    /// <summary>Reads a text; where it is missing or null, the fallback.</summary>
    public string Text(string key, string fallback) =>
        Absent(key) ? fallback : Read(key, "a text", AsText, fallback);

    /// <summary>Reads a list of numbers, or null where there is none.</summary>
    public double[]? Numbers(string key) => Read(key, "a list of finite numbers", AsNumbers, null);

    /// <summary>Reads a text that must be one of those listed, or null where it is not.</summary>
    public string? OneOf(string key, IReadOnlyCollection<string> listed, string remedy = "") =>
        Read<string?>(
            key,
            $"one of {string.Join(", ", listed)}",
            value => AsText(value) is { Found: true } text && listed.Contains(text.Value) ? text : default,
            null,
            remedy: remedy);

    /// <summary>Reads an object, whose problems are noted with those of this one.</summary>
    public ConfigReader Inner(string key)
    {
        JsonElement inner = Read(key, "an object", value => (value.ValueKind == JsonValueKind.Object, value), default);
        return new ConfigReader(inner, PathOf(key), problems);
    }

    /// <summary>Tells whether a key is missing or null; it counts as known from now on.</summary>
    public bool Absent(string key) => Find(key) is not { } value || value.ValueKind == JsonValueKind.Null;

    /// <summary>Returns what stands under a key, or null where it is missing; it counts as known from now on.</summary>
    public JsonElement? Find(string key)
    {
        if (!known.Contains(key))
        {
            known.Add(key);
        }

        return IsObject && element.TryGetProperty(key, out JsonElement value) ? value : null;
    }

    /// <summary>Returns the path of a key.</summary>
    public string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";

    /// <summary>Returns the text of a value, but no more than a line of it.</summary>
    public static string Excerpt(JsonElement value) => Cut(value.GetRawText());

    /// <summary>Notes the keys that were never asked for, the first of them by name.</summary>
    public void RefuseUnknown()
    {
        int found = 0;
        foreach (JsonProperty property in IsObject ? element.EnumerateObject() : default)
        {
            if (!known.Exists(property.NameEquals) && found++ < MostNamed)
            {
                problems.Add(
                    $"'{PathOf(Cut(property.Name))}' is not known; known there: {string.Join(", ", known)}.");
            }
        }

        if (found > MostNamed)
        {
            problems.Add($"{found - MostNamed} keys more are not known.");
        }
    }

    private static string Cut(string text) => text.Length <= LongestShown ? text : text[..LongestShown] + "…";

    private T Read<T>(
        string key,
        string must,
        Func<JsonElement, (bool Found, T Value)> convert,
        T harmless,
        bool optional = false,
        T? fallback = default,
        string remedy = "")
    {
        JsonElement? value = Find(key);
        if (!IsObject || (value is null && optional))
        {
            return IsObject ? fallback! : harmless;
        }

        if (value is { } given && convert(given) is { Found: true } converted)
        {
            return converted.Value;
        }

        string found = value is { } wrong ? $"was {Excerpt(wrong)}" : "is missing";
        problems.Add($"'{PathOf(key)}' must be {must}, {found}.{remedy}");
        return harmless;
    }

    private static (bool Found, double Value) AsNumber(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)
            ? (true, number)
            : default;

    private static (bool Found, int Value) AsWhole(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? (true, number) : default;

    private static (bool Found, bool Value) AsFlag(JsonElement value) =>
        (value.ValueKind is JsonValueKind.True or JsonValueKind.False, value.ValueKind == JsonValueKind.True);

    private static (bool Found, string Value) AsText(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? (true, value.GetString()!) : default;
        }
        catch (InvalidOperationException)
        {
            // An escape such as \ud800 alone passes the parser, but is no text.
            return default;
        }
    }

    private static (bool Found, double[]? Value) AsNumbers(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return default;
        }

        var numbers = new double[value.GetArrayLength()];
        foreach ((int i, JsonElement item) in value.EnumerateArray().Index())
        {
            (bool isNumber, numbers[i]) = AsNumber(item);
            if (!isNumber)
            {
                return default;
            }
        }

        return (true, numbers);
    }
}

/// <summary>Wraps the config of an object as keras.saving.serialize_keras_object does.</summary>
/// <remarks>
/// <code>
/// {"module": "keras.optimizers.schedules", "class_name": "CosineDecay", "config": {…}, "registered_name": null}
/// </code>
/// Older files hold class_name and config alone, or the class as the registered name; these are read as well.
/// </remarks>
internal static class Envelope
{
    /// <summary>Opens a wrapped object; where its class is not known, the name is null and the config empty.</summary>
    public static (string? ClassName, ConfigReader Config) Open(
        ConfigReader outer, string module, IReadOnlyCollection<string> known, string remedy)
    {
        if (!outer.Absent("module"))
        {
            outer.OneOf("module", [module], remedy);
        }

        string? className = outer.OneOf("class_name", known, remedy);
        if (!outer.Absent("registered_name") && className != null)
        {
            outer.OneOf("registered_name", [className], remedy);
        }

        ConfigReader config = outer.Inner("config");
        outer.RefuseUnknown();
        return (className, className == null ? ConfigReader.Nothing : config);
    }

    /// <summary>Writes a wrapped object.</summary>
    public static void Write(Utf8JsonWriter writer, string module, string className, Action writeConfig)
    {
        writer.WriteStartObject();
        writer.Write("module", module);
        writer.Write("class_name", className);
        writer.WriteStartObject("config");
        writeConfig();
        writer.WriteEndObject();
        writer.Write("registered_name", null);
        writer.WriteEndObject();
    }
}
