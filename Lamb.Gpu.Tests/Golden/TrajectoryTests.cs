using Lamb.Gpu.Golden;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Golden;

/// <summary>The library does, step by step, what keras.optimizers.Lamb does.</summary>
[TestClass]
[TestCategory("Golden")]
public sealed class TrajectoryTests
{
    private static readonly GoldenSummary Summary = new();

    public static IEnumerable<TestDataRow<(string Row, string Path)>> Rows() =>
        from row in TestDevice.Rows.Select(row => (string)row[0])
        from path in TestTrajectories.All()
        select new TestDataRow<(string, string)>((row, path))
        {
            DisplayName = $"golden {Path.GetFileNameWithoutExtension(path)} on {row}",
        };

    [ClassCleanup]
    public static void PrintSummary(TestContext context) =>
        context.DisplayMessage(MessageLevel.Informational, Summary.ToString());

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void TheTrajectoryIsThatOfKeras(string row, string path)
    {
        TestDevice device = TestDevice.Open(row);
        Trajectory trajectory = TrajectoryFile.Load(path);
        if (Denormals.AreIn(trajectory) && Denormals.AreFlushedBy(device.Accelerator))
        {
            Assert.Inconclusive($"'{device.Accelerator.Name}' flushes denormal numbers to zero");
        }

        // As users make it, but where groups are simulated: there a user gets vectors.
        using var target = new GoldenOptimizer(trajectory, device.Accelerator, (variables, options) =>
            row == "cpu-groups" ? device.Optimizer(variables, options) : new LambOptimizer(variables, options));
        TrajectoryVerdict verdict = TrajectoryVerdict.OfFloat32(trajectory, target);
        Summary.Ran($"{trajectory.Name} on {row}", verdict.Wrong.Count == 0, verdict.Errors);
        Assert.IsEmpty(verdict.Wrong, $"{trajectory.Description}\n{string.Join('\n', verdict.Wrong)}\n");
    }
}
