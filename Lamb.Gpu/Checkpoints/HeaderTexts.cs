using System.Globalization;
using System.Text.Json;
using Lamb.Gpu.Files;

namespace Lamb.Gpu.Checkpoints;

/// <summary>Reads the texts in the header of a checkpoint, each as what it must be.</summary>
/// <param name="texts">The texts.</param>
/// <param name="file">The name of the file, for errors.</param>
internal sealed class HeaderTexts(IReadOnlyDictionary<string, string> texts, string file)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>Returns a text, or none.</summary>
    public string Any(string key) => texts.GetValueOrDefault(key) ?? "";

    /// <summary>Reads a whole number, 0 or more.</summary>
    public long Count(string key, long most) =>
        long.TryParse(Get(key), NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count <= most
            ? count
            : throw Wrong(key, $"be a whole number up to {most}");

    /// <summary>Reads a number, 0 or more.</summary>
    public float Scale(string key) =>
        float.TryParse(Get(key), NumberStyles.Float, CultureInfo.InvariantCulture, out float scale) && scale >= 0
            ? scale
            : throw Wrong(key, "be a number, 0 or more");

    public bool Flag(string key) => Get(key) switch
    {
        "true" => true,
        "false" => false,
        _ => throw Wrong(key, "be true or false"),
    };

    /// <summary>Reads a list of so many flags.</summary>
    public bool[] Flags(string key, int length)
    {
        using JsonDocument list = Json(key);
        JsonElement root = list.RootElement;
        bool isList = root.ValueKind == JsonValueKind.Array && root.GetArrayLength() == length
            && root.EnumerateArray().All(item => item.ValueKind is JsonValueKind.True or JsonValueKind.False);
        return isList
            ? [.. root.EnumerateArray().Select(item => item.GetBoolean())]
            : throw Wrong(key, $"be a list of {length} times true or false");
    }

    /// <summary>Reads JSON.</summary>
    public JsonDocument Json(string key)
    {
        try
        {
            return JsonDocument.Parse(Get(key), Strict);
        }
        catch (Exception wrong) when (wrong is JsonException or ArgumentException or InvalidOperationException)
        {
            throw Wrong(key, $"be JSON ({wrong.Message})");
        }
    }

    /// <summary>Makes the exception for a text that is not what it must be.</summary>
    public LambCheckpointException Wrong(string key, string must) =>
        FileText.Bad(file, $"the text '{key}' in the header must {must}, was {Shown(key)}.");

    /// <summary>Shows a text in an error.</summary>
    public string Shown(string key) => texts.TryGetValue(key, out string? text) ? FileText.Quote(text) : "missing";

    private string Get(string key) => texts.TryGetValue(key, out string? text)
        ? text
        : throw FileText.Bad(file, $"the header must have the text '{key}', and has not.");
}
