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

/// <summary>Holds how fast a peer took its steps on a model, and what it computes.</summary>
/// <param name="Name">The peer.</param>
/// <param name="Version">Its version, and that of what it runs on.</param>
/// <param name="Device">cpu or cuda.</param>
/// <param name="Threads">The threads that it was given on the CPU.</param>
/// <param name="Shape">The model.</param>
/// <param name="Parameters">Its weights.</param>
/// <param name="Variables">Its variables.</param>
/// <param name="Milliseconds">The median of a step over the rounds.</param>
/// <param name="Fastest">The round with the fastest steps, milliseconds a step.</param>
/// <param name="Slowest">The round with the slowest.</param>
/// <param name="CpuMilliseconds">The median of the processor time of a step over all threads: on a machine that others
/// use too, the steadier measure.</param>
/// <param name="NanosecondsPerParameter">The median by weights.</param>
/// <param name="SameUpdate">Whether it computes the update of Keras.</param>
/// <param name="MaxError">How far from that it is on the case; relative, see <see cref="PeerCase"/>.</param>
/// <param name="Variant">The update that it is meant to compute: keras, coupled or adamw.</param>
/// <param name="OwnError">How far from that it is.</param>
/// <param name="Note">How it was run, or nothing.</param>
internal sealed record PeerRow(
    string Name,
    string Version,
    string Device,
    int Threads,
    string Shape,
    long Parameters,
    int Variables,
    double Milliseconds,
    double Fastest,
    double Slowest,
    double CpuMilliseconds,
    double NanosecondsPerParameter,
    bool SameUpdate,
    double MaxError,
    string Variant,
    double OwnError,
    string Note);

/// <summary>Holds why a peer takes no part.</summary>
/// <param name="Name">The peer, or all that need the same package.</param>
/// <param name="Shape">The model that it cannot step on, or null where it is missing altogether.</param>
/// <param name="Reason">What is not there.</param>
internal sealed record MissingPeer(string Name, string? Shape, string Reason);
