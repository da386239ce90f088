using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lamb.Gpu.Bench.Peers;

/// <summary>Holds what the script wrote: one JSON object a line.</summary>
/// <param name="Case">The case that peers were checked on, or null where the script got no further.</param>
/// <param name="Rows">What was timed.</param>
/// <param name="Missing">What was not.</param>
internal sealed record PeerReport(PeerCase? Case, IReadOnlyList<PeerRow> Rows, IReadOnlyList<MissingPeer> Missing)
{
    // An error is NaN where an update is.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads the lines; what is no JSON object, as a library may print it, is passed over.</summary>
    /// <exception cref="JsonException">A line lacks what it should have.</exception>
    public static PeerReport Parse(IEnumerable<string> lines)
    {
        PeerCase? played = null;
        var rows = new List<PeerRow>();
        var missing = new List<MissingPeer>();
        foreach (string line in lines.Where(line => line.StartsWith('{')))
        {
            using var json = JsonDocument.Parse(line);
            JsonElement root = json.RootElement;
            if (root.TryGetProperty("case", out JsonElement found))
            {
                played = found.Deserialize<PeerCase>(Json);
            }
            else if (root.TryGetProperty("missing", out JsonElement name))
            {
                missing.Add(new MissingPeer(
                    name.GetString()!, root.GetProperty("shape").GetString(), root.GetProperty("reason").GetString()!));
            }
            else if (root.TryGetProperty("milliseconds", out _))
            {
                rows.Add(root.Deserialize<PeerRow>(Json)!);
            }
        }

        return new PeerReport(played, rows, missing);
    }
}
