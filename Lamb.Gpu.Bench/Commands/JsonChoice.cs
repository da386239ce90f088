using System.CommandLine;
using System.Text.Json;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>The option <c>--json</c>, and how that line is written.</summary>
internal static class JsonChoice
{
    /// <summary>Names as the verbs write them.</summary>
    public static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Makes the option.</summary>
    /// <param name="form">What the line holds; an object by default.</param>
    public static Option<bool> CreateOption(string form = "an object") => new("--json")
    {
        Description = $"Ends the output with one line of JSON: {form}.",
    };
}
