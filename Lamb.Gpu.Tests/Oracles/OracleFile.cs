using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Lamb.Gpu.Tests.Oracles;

/// <summary>What the code of another library computed, and the preset that must compute the same.</summary>
/// <param name="Preset">The name of a <see cref="LambVariant"/>.</param>
/// <param name="Source">The library, its version and file, and how it was run.</param>
/// <param name="Precision">float64 or float32: what it was run in.</param>
/// <param name="Options">What differs from the preset, by the keys of our JSON, those of Keras and others side by
/// side.</param>
/// <param name="Variables">The variables, with their weights before the first step.</param>
/// <param name="Steps">The gradients of every step and what came of them.</param>
internal sealed record OracleFile(
    string Preset,
    string Source,
    string Precision,
    JsonObject Options,
    IReadOnlyList<OracleVariable> Variables,
    IReadOnlyList<OracleStep> Steps)
{
    private const string Extension = "lamb_gpu";

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>Gets the folder of the files, beside the program.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "Data", "Oracles");

    /// <summary>Gets m before the first step; null for zeros.</summary>
    public IReadOnlyList<double[]>? FirstMoments { get; init; }

    /// <summary>Gets v before the first step; null for zeros.</summary>
    public IReadOnlyList<double[]>? SecondMoments { get; init; }

    /// <summary>Gets the preset.</summary>
    public LambVariant Variant => Enum.Parse<LambVariant>(Preset);

    /// <summary>Gets whether the other library, too, rounded to float32.</summary>
    public bool IsSingle => Precision switch
    {
        "float32" => true,
        "float64" => false,
        _ => throw new ArgumentException($"The precision must be float32 or float64, was '{Precision}'."),
    };

    /// <summary>Reads a file.</summary>
    public static OracleFile Read(string name) =>
        JsonSerializer.Deserialize<OracleFile>(File.ReadAllText(Path.Combine(Folder, name)), Format)!;

    /// <summary>Makes the options: those of the preset, with what the file changes, as if written by hand into its
    /// JSON.</summary>
    public LambOptions MakeOptions()
    {
        JsonObject keras = JsonNode.Parse(new LambOptions().ToJson())!.AsObject();
        JsonObject config = JsonNode.Parse(LambOptions.ForVariant(Variant).ToJson())!.AsObject();
        foreach ((string key, JsonNode? value) in Options)
        {
            config[Extension] ??= new JsonObject();
            (keras.ContainsKey(key) ? config : config[Extension]!.AsObject())[key] = value?.DeepClone();
        }

        return LambOptions.FromJson(config.ToJsonString());
    }
}
