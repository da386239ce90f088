using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Golden.Model;

namespace Lamb.Gpu.Tests.Golden;

/// <summary>The library does, step by step, what keras.optimizers.Lamb does.</summary>
[TestClass]
[TestCategory("Golden")]
public sealed class TrajectoryTests
{
    private static readonly GoldenSummary Summary = new();

    public static IEnumerable<TestDataRow<string>> Rows() => TrajectoryFile.All().Select(path =>
        new TestDataRow<string>(path) { DisplayName = $"golden {Path.GetFileNameWithoutExtension(path)}" });

    [ClassCleanup]
    public static void PrintSummary(TestContext context) =>
        context.DisplayMessage(MessageLevel.Informational, Summary.ToString());

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void Trajectory_is_that_of_Keras(string path)
    {
        Trajectory trajectory = TrajectoryFile.Load(path);
        if (UnsupportedOptions.Of(trajectory) is { Count: > 0 } needed)
        {
            Summary.Waits(needed);
            Assert.Inconclusive($"needs {string.Join(", ", needed)}");
        }

        if (Denormals.AreIn(trajectory) && Denormals.AreFlushedBy(TestDevice.Accelerator))
        {
            Assert.Inconclusive($"'{TestDevice.Accelerator.Name}' flushes denormal numbers to zero");
        }

        using var target = new GoldenOptimizer(trajectory, TestDevice.Accelerator);
        IReadOnlyList<PlayedAction> played = TrajectoryPlayer.Play(trajectory, target);
        IReadOnlyList<TensorError> errors = TrajectoryError.OfFloat32(trajectory, played);
        string[] wrong =
        [
            .. ActionCheck.Differences(trajectory, played),
            .. errors.Where(error => !error.Holds).Select(error => error.ToString()),
        ];
        Summary.Ran(trajectory.Name, wrong.Length == 0, errors);
        Assert.IsEmpty(wrong, $"{trajectory.Description}\n{string.Join('\n', wrong)}\n");
        Assert.IsTrue(errors.All(error => error.Steps > 0), "A tensor was never compared.");
    }
}
