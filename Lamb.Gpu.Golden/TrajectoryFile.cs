using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lamb.Gpu.Golden;

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

/// <summary>Knows where trajectories lie.</summary>
internal static class TrajectoryFolder
{
    /// <summary>The environment variable that names another folder than the usual one.</summary>
    public const string EnvironmentVariable = "LAMB_GOLDEN";

    private static readonly string InSources = Path.Combine("Lamb.Gpu.Tests", "TestData", "golden");

    /// <summary>Gets the folder that the environment names, or null.</summary>
    public static string? OfEnvironment =>
        Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } named ? named : null;

    /// <summary>Gets the copy beside the program: the tests have one.</summary>
    public static string BesideProgram => Path.Combine(AppContext.BaseDirectory, "TestData", "golden");

    /// <summary>Gets the folder in the sources that the program or the user stands in, or null.</summary>
    public static string? OfSources => SourceTree.Root is { } root ? Path.Combine(root, InSources) : null;
}

/// <summary>Finds the sources that the program or the user stands in.</summary>
internal static class SourceTree
{
    /// <summary>The file that marks the root.</summary>
    public const string SolutionFile = "Lamb.Gpu.sln";

    /// <summary>Gets the folder of the solution above the working folder, else above the program; null without
    /// one.</summary>
    public static string? Root =>
        FolderWithSolution(Environment.CurrentDirectory) ?? FolderWithSolution(AppContext.BaseDirectory);

    private static string? FolderWithSolution(string start)
    {
        DirectoryInfo? folder = new(start);
        while (folder != null && !File.Exists(Path.Combine(folder.FullName, SolutionFile)))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }
}
