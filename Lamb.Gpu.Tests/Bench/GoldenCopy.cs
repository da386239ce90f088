using Lamb.Gpu.Golden;

namespace Lamb.Gpu.Tests.Bench;

/// <summary>A folder of its own with some trajectories, gone when the test is done.</summary>
internal sealed class GoldenCopy : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("lamb-golden-");

    public GoldenCopy(params string[] names)
    {
        Directory.CreateDirectory(Folder);
        foreach (string name in names)
        {
            File.Copy(Path.Combine(TrajectoryFolder.BesideProgram, $"{name}.json"), PathOf(name));
        }
    }

    /// <summary>Gets the folder of the trajectories.</summary>
    public string Folder => Path.Combine(root.FullName, "golden");

    /// <summary>Gets a path beside it where nothing is yet.</summary>
    public string Free => Path.Combine(root.FullName, "free");

    /// <summary>Gets the path of a trajectory.</summary>
    public string PathOf(string name) => Path.Combine(Folder, $"{name}.json");

    /// <inheritdoc/>
    public void Dispose() => root.Delete(recursive: true);
}
