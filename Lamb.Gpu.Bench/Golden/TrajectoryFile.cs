using System.Text.Json;
using System.Text.Json.Serialization;
using Lamb.Gpu.Bench.Golden.Model;

namespace Lamb.Gpu.Bench.Golden;

/// <summary>Finds and reads the files of trajectories.</summary>
internal static class TrajectoryFile
{
    // Nothing in a file is passed over: a key that no one compares is a test that no one notices missing.
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Lists the trajectories of a folder, and the files that do not say what they are.</summary>
    public static IReadOnlyList<string> AllIn(string folder)
    {
        string[] paths = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [];
        Array.Sort(paths, StringComparer.Ordinal);
        return [.. paths.Where(path => KindOf(path) is null or "trajectory")];
    }

    /// <summary>Reads what kind of file it is; null where it cannot be read or does not say.</summary>
    public static string? KindOf(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.GetProperty("kind").GetString();
        }
        catch (Exception e)
            when (e is JsonException or IOException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Reads a trajectory.</summary>
    /// <exception cref="InvalidDataException">It cannot be read; the text names the file and the reason.</exception>
    public static Trajectory Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException(
                $"There are no trajectories in '{path}'. Set {TrajectoryFolder.EnvironmentVariable} to their folder.");
        }

        try
        {
            Trajectory trajectory = JsonSerializer.Deserialize<Trajectory>(File.ReadAllBytes(path), Json)
                ?? throw new JsonException("The file holds null.");
            RequireParallel(trajectory, trajectory.Float32);
            RequireParallel(trajectory, trajectory.Float64);
            return trajectory;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"'{path}' is not a trajectory: {e.Message}", e);
        }
    }

    /// <summary>Reads the tensor of an action.</summary>
    public static float[] Floats(JsonElement tensor) => tensor.Deserialize<float[]>(Json) ?? [];

    private static void RequireParallel(Trajectory trajectory, TrajectoryRun run)
    {
        if (!trajectory.Actions.Select(action => action.Op).SequenceEqual(run.Results.Select(result => result.Op)))
        {
            throw new JsonException("The results are not those of the actions, one for one.");
        }
    }
}
