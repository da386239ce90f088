namespace Lamb.Gpu.Bench.Golden;

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
