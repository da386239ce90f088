using Lamb.Gpu.Golden;

namespace Lamb.Gpu.Tests.Golden;

/// <summary>The trajectories that make rows of tests.</summary>
internal static class TestTrajectories
{
    /// <summary>Lists their paths; where there is none, the folder, whose test then fails.</summary>
    public static IReadOnlyList<string> All()
    {
        string folder = TrajectoryFolder.OfEnvironment ?? TrajectoryFolder.BesideProgram;
        return TrajectoryFile.AllIn(folder) is { Count: > 0 } paths ? paths : [folder];
    }
}
