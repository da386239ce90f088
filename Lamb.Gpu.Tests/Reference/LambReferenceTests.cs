using Lamb.Gpu.Golden;
using Lamb.Gpu.Tests.Golden;

namespace Lamb.Gpu.Tests.Reference;

/// <summary>The reference gives the float64 values of Keras: what is held against it is held against Keras.</summary>
[TestClass]
[TestCategory("Golden")]
public sealed class LambReferenceTests
{
    // 2e-16 is the most that was seen. The rest is room for what another runtime may round otherwise: the order of a
    // sum, and some units in the last place of a power, of which 1 − βᵗ keeps a few more.
    private const double Bound = 1e-14;

    public static IEnumerable<TestDataRow<string>> Rows() => TestTrajectories.All().Select(path =>
        new TestDataRow<string>(path) { DisplayName = $"reference {Path.GetFileNameWithoutExtension(path)}" });

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void Reference_is_float64_Keras(string path)
    {
        Trajectory trajectory = TrajectoryFile.Load(path);
        using var target = new ReferenceTarget(trajectory);
        TrajectoryVerdict verdict = TrajectoryVerdict.OfFloat64(trajectory, target, Bound);
        Assert.IsEmpty(verdict.Wrong, $"{trajectory.Description}\n{string.Join('\n', verdict.Wrong)}\n");
    }
}
