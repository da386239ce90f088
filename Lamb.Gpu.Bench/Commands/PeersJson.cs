using System.Text.Json;
using System.Text.Json.Serialization;
using Lamb.Gpu.Bench.Peers;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Writes a comparison as one line for programs.</summary>
internal static class PeersJson
{
    // An error is NaN where an update is.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>One JSON array, on one line.</summary>
    public static string Render(IReadOnlyList<PeerRow> rows) => JsonSerializer.Serialize(rows, Json);
}
