using Lamb.Gpu.Tests.Golden.Model;
using Lamb.Gpu.Tests.Reference;

namespace Lamb.Gpu.Tests.Golden;

/// <summary>Refusals, counters and rates that are not those of Keras are reported.</summary>
[TestClass]
[TestCategory("Golden")]
public sealed class ActionCheckTests
{
    private static readonly Trajectory Defaults =
        TrajectoryFile.Load(Path.Combine(TrajectoryFile.OwnFolder, "defaults.json"));

    [TestMethod]
    public void Sound_actions_are_not_reported() => Assert.IsEmpty(Differences(action => action));

    [TestMethod]
    public void Counters_are_compared()
    {
        Assert.HasCount(1, Differences(action => action with { After = action.After with { Iterations = 7 } }));
        Assert.HasCount(1, Differences(action => action with { After = action.After with { RawIterations = 7 } }));
    }

    [TestMethod]
    public void Rate_is_compared()
    {
        Assert.IsEmpty(Differences(action => action with { LearningRate = (float)action.LearningRate }));
        Assert.HasCount(1, Differences(action => action with { LearningRate = action.LearningRate * 1.0000001 }));
        Assert.HasCount(1, Differences(action => action with { LearningRate = double.NaN }));
    }

    [TestMethod]
    public void Refusal_that_Keras_does_not_know_is_reported_and_so_is_what_it_changed() =>
        Assert.HasCount(2, Differences(action => action with { Refusal = new ArgumentException("no") }));

    [TestMethod]
    public void Acceptance_of_what_Keras_refuses_is_reported()
    {
        TrajectoryResult[] results = [.. Defaults.Float64.Results];
        results[0] = results[0] with { Error = new KerasError("ValueError", "no") };
        Assert.HasCount(1, ActionCheck.Differences(Defaults with { Float64 = new TrajectoryRun(results) }, Play()));
    }

    private static IEnumerable<string> Differences(Func<PlayedAction, PlayedAction> spoil)
    {
        IReadOnlyList<PlayedAction> played = Play();
        return ActionCheck.Differences(Defaults, [spoil(played[0]), .. played.Skip(1)]);
    }

    private static IReadOnlyList<PlayedAction> Play()
    {
        using var target = new ReferenceTarget(Defaults);
        return TrajectoryPlayer.Play(Defaults, target);
    }
}
