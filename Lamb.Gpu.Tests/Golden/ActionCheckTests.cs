using Lamb.Gpu.Golden;
using Lamb.Gpu.Tests.Reference;

namespace Lamb.Gpu.Tests.Golden;

/// <summary>Refusals, counters, rates and saved states that are not those of Keras are reported.</summary>
[TestClass]
[TestCategory("Golden")]
public sealed class ActionCheckTests
{
    private static readonly Trajectory Defaults = Load("defaults");
    private static readonly Trajectory SaveLoad = Load("save_load_lso");
    private static readonly Trajectory Accumulation = Load("callable_lr_accumulation");

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
        Assert.HasCount(1, ActionCheck.Differences(
            Defaults with { Float64 = new TrajectoryRun(results) }, Play(Defaults)));
    }

    [TestMethod]
    public void Scale_of_the_loss_is_compared()
    {
        Assert.IsEmpty(Differences(SaveLoad, 0, after => after));
        Assert.HasCount(1, Differences(SaveLoad, 0, after => after with { LossScale = new LossScaleState(3, 1) }));
        Assert.HasCount(1, Differences(SaveLoad, 0, after => after with { LossScale = null }));
    }

    [TestMethod]
    public void Calls_for_the_rate_are_compared()
    {
        Assert.IsEmpty(Differences(Accumulation, 0, after => after));
        Assert.HasCount(1, Differences(Accumulation, 0, after => after with { LearningRateCalls = 1 }));
    }

    [TestMethod]
    public void Step_that_only_accumulates_leaves_the_moments() => Assert.HasCount(
        1, Differences(Accumulation, 0, after => after with { SecondMoments = [[1], .. after.SecondMoments.Skip(1)] }));

    [TestMethod]
    public void Skipped_step_leaves_all_but_the_scale()
    {
        int skipped = SaveLoad.Float64.Results.ToList().FindIndex(result => result.Skipped == true);
        Assert.HasCount(
            1, Differences(SaveLoad, skipped, after => after with { Averages = [[1], .. after.Averages!.Skip(1)] }));
    }

    [TestMethod]
    public void Saved_state_is_compared_in_its_order()
    {
        int saved = SaveLoad.Float32.Results.ToList().FindIndex(result => result.Saved != null);
        Assert.HasCount(1, Differences(SaveLoad, saved, after => after with { OptimizerVariables = null }));
        Assert.HasCount(1, Differences(SaveLoad, saved, after => after with
        {
            OptimizerVariables = [.. after.OptimizerVariables!.Select(
                one => one.Name == "dynamic_scale" ? one with { Values = [1] } : one)],
        }));
        Assert.IsNotEmpty(Differences(SaveLoad, saved, after => after with
        {
            OptimizerVariables = [.. after.OptimizerVariables!.Reverse()],
        }));
    }

    private static IEnumerable<string> Differences(Func<PlayedAction, PlayedAction> spoil)
    {
        IReadOnlyList<PlayedAction> played = Play(Defaults);
        return ActionCheck.Differences(Defaults, [spoil(played[0]), .. played.Skip(1)]);
    }

    private static IEnumerable<string> Differences(
        Trajectory trajectory, int action, Func<TargetSnapshot, TargetSnapshot> spoil) =>
        ActionCheck.Differences(trajectory, [.. Play(trajectory).Select(
            (played, index) => index == action ? played with { After = spoil(played.After) } : played)]);

    private static Trajectory Load(string name) =>
        TrajectoryFile.Load(Path.Combine(TrajectoryFolder.BesideProgram, $"{name}.json"));

    private static IReadOnlyList<PlayedAction> Play(Trajectory trajectory)
    {
        using var target = new ReferenceTarget(trajectory);
        return TrajectoryPlayer.Play(trajectory, target);
    }
}
