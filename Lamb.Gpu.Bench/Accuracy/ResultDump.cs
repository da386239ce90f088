using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Lamb.Gpu.Bench.Golden;
using Lamb.Gpu.Bench.Golden.Model;

namespace Lamb.Gpu.Bench.Accuracy;

/// <summary>Writes what was computed, a file a trajectory, in the shape of its <c>float32.results</c>.</summary>
internal sealed class ResultDump
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new Float32Converter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { OmitWhatIsNotThere } },
    };

    private readonly string folder;

    private ResultDump(string folder) => this.folder = folder;

    /// <summary>Creates the folder and tries whether it can be written to.</summary>
    /// <exception cref="UsageException">It cannot.</exception>
    public static ResultDump Into(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            string probe = Path.Combine(folder, Path.GetRandomFileName());
            File.Create(probe, 1, FileOptions.DeleteOnClose).Dispose();
            return new ResultDump(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unwritable(folder, failure);
        }
    }

    /// <summary>Writes the results of one trajectory.</summary>
    /// <exception cref="UsageException">The folder can no longer be written to.</exception>
    public void Write(string name, Trajectory trajectory, IReadOnlyList<PlayedAction> played)
    {
        TrajectoryResult[] results = [.. played.Select(action => PlayedResult.Of(trajectory, action))];
        try
        {
            File.WriteAllBytes(
                Path.Combine(folder, $"{name}.json"), JsonSerializer.SerializeToUtf8Bytes(results, Json));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(folder, failure);
        }
    }

    // A result lacks the keys that its action does not have; in a state, null says that there is none.
    private static void OmitWhatIsNotThere(JsonTypeInfo type)
    {
        if (type.Type == typeof(TrajectoryResult))
        {
            foreach (JsonPropertyInfo property in type.Properties)
            {
                property.ShouldSerialize = (_, value) => value != null;
            }
        }
    }

    private static UsageException Unwritable(string folder, Exception failure) =>
        new($"--dump: '{folder}' cannot be written to: {failure.Message}");
}
