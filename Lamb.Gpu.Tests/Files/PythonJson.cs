using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Lamb.Gpu.Tests.Files;

/// <summary>Writes JSON as json.dumps of Python does: spaces behind , and :, and nothing but ASCII.</summary>
internal static class PythonJson
{
    public static string Dumps(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(", ", value.EnumerateObject().Select(
            property => $"{Dumps(property.Name)}: {Dumps(property.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(", ", value.EnumerateArray().Select(Dumps))}]",
        JsonValueKind.String => Dumps(value.GetString()!),
        _ => value.GetRawText(),
    };

    private static string Dumps(string text)
    {
        var written = new StringBuilder("\"");
        foreach (char character in text)
        {
            _ = character switch
            {
                '"' or '\\' => written.Append('\\').Append(character),
                '\n' => written.Append("\\n"),
                >= ' ' and <= '~' => written.Append(character),
                _ => written.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
            };
        }

        return written.Append('"').ToString();
    }
}
