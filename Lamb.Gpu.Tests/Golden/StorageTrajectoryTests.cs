using System.Text.Json;
using Lamb.Gpu.Golden;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Reference;

namespace Lamb.Gpu.Tests.Golden;

/// <summary>The trajectories of Keras with weights and gradients of every storage.</summary>
/// <remarks>
/// Storage rounds what is given: first weights, weights that are assigned, gradients. The reference in double is given
/// the same rounded numbers; from there on the master copy and the state may be as far from it as float32 itself is
/// allowed to be, since all arithmetic is in float32. The weights of 16 bits are the master copy, rounded once.
/// </remarks>
[TestClass]
[TestCategory("Golden")]
public sealed class StorageTrajectoryTests
{
    public static IEnumerable<TestDataRow<(string Row, LambDataType Weights, LambDataType Gradients)>> Rows() =>
        from row in TestDevice.Rows.Select(row => (string)row[0])
        from weights in Enum.GetValues<LambDataType>()
        from gradients in Enum.GetValues<LambDataType>()
        select new TestDataRow<(string, LambDataType, LambDataType)>((row, weights, gradients))
        {
            DisplayName = $"golden in {weights} weights, {gradients} gradients on {row}",
        };

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void EveryTrajectoryIsAsExactAsInFloat32(string row, LambDataType weights, LambDataType gradients)
    {
        TestDevice device = TestDevice.Open(row);
        var passed = new List<TensorError>();
        var wrong = new List<string>();
        var left = new Dictionary<string, int>();

        // A simulated group takes a thread a lane: of each pair every sixth, and of all pairs all of them.
        int share = device.IsSimulated ? 6 : 1, place = (3 * (int)weights) + (int)gradients;
        foreach (string path in TestTrajectories.All().Where((_, i) => i % share == place % share))
        {
            Trajectory given = TrajectoryFile.Load(path);
            Trajectory rounded = Rounded(given, weights, gradients);
            if (ReasonNotToPlay(given, rounded, device, weights) is { } reason)
            {
                left[reason] = left.GetValueOrDefault(reason) + 1;
                continue;
            }

            IReadOnlyList<TensorError> errors = Play(rounded, device, weights, gradients);
            wrong.AddRange(errors.Where(error => !error.Holds).Select(error => $"{given.Name}: {error}"));
            passed.Add(errors.MaxBy(error => error.Ours / error.Bound)!);
        }

        TestContext.WriteLine(
            $"{passed.Count} played, worst {passed.Max(error => error.Ours / error.Bound):p0} of its bound; left out: "
            + string.Join(", ", left.Select(each => $"{each.Value} ({each.Key})")));
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
        Assert.IsGreaterThan(left.Values.Sum(), passed.Count, "Most trajectories must have been played.");
    }

    private static IReadOnlyList<TensorError> Play(
        Trajectory trajectory, TestDevice device, LambDataType weights, LambDataType gradients)
    {
        using var ours = new GoldenOptimizer(
            trajectory, device.Accelerator, device.Optimizer, weights, gradients);
        using var reference = new ReferenceTarget(trajectory);
        return TrajectoryError.Between(
            trajectory, TrajectoryPlayer.Play(trajectory, ours), TrajectoryPlayer.Play(trajectory, reference));
    }

    private static string? ReasonNotToPlay(
        Trajectory given, Trajectory rounded, TestDevice device, LambDataType weights) =>
        !given.Float32VsFloat64.Comparable ? "float64 does not overflow where float32 does"
        : Inputs(given).Zip(Inputs(rounded)).Any(pair => float.IsFinite(pair.First) && !float.IsFinite(pair.Second))
            ? "a number does not fit the storage"
        : weights != LambDataType.Float32 && given.Variables.Any(variable => variable.Constraint != null)
            ? "constraints are for weights in float32"
        : Denormals.AreIn(given) && Denormals.AreFlushedBy(device.Accelerator) ? "the device flushes denormal numbers"
        : null;

    private static IEnumerable<float> Inputs(Trajectory trajectory) => trajectory.Variables
        .SelectMany(variable => variable.Initial)
        .Concat(trajectory.Actions.SelectMany(action => action.Gradients ?? []).SelectMany(values => values ?? []))
        .Concat(trajectory.Actions.Where(IsAssignment).SelectMany(
            action => TrajectoryFile.Floats(action.Value!.Value)));

    private static bool IsAssignment(TrajectoryAction action) => action.Op == "assign_variable";

    private static Trajectory Rounded(Trajectory trajectory, LambDataType weights, LambDataType gradients) =>
        trajectory with
        {
            Variables =
            [
                .. trajectory.Variables.Select(variable =>
                    variable with { Initial = Rounded(variable.Initial, weights) }),
            ],
            Actions =
            [
                .. trajectory.Actions.Select(action => action with
                {
                    Gradients = action.Gradients?.Select(
                        values => values == null ? null : Rounded(values, gradients)).ToArray(),
                    Value = IsAssignment(action)
                        ? JsonSerializer.SerializeToElement(
                            Rounded(TrajectoryFile.Floats(action.Value!.Value), weights))
                        : action.Value,
                }),
            ],
        };

    private static float[] Rounded(float[] values, LambDataType storage) =>
        [.. values.Select(value => TypedView.Rounded(storage, value))];
}
