using Lamb.Gpu.Golden;
using Lamb.Gpu.Tests.Reference;

namespace Lamb.Gpu.Tests.Golden;

/// <summary>The measure sees what it is there to see.</summary>
[TestClass]
[TestCategory("Golden")]
public sealed class TrajectoryErrorTests
{
    [TestMethod]
    public void Exact_values_have_no_error_beyond_the_bound()
    {
        (Trajectory trajectory, IReadOnlyList<PlayedAction> played) = Play("defaults");
        Assert.IsTrue(TrajectoryError.OfFloat32(trajectory, played).All(error => error.Holds && error.Steps > 0));
    }

    [TestMethod]
    [DataRow("defaults", 0.0, double.NaN)]
    [DataRow("defaults", 0.0, double.PositiveInfinity)]
    [DataRow("defaults", 1.000003, 0.0)]
    [DataRow("nan_gradient", 0.0, 1.0)]
    [DataRow("nan_gradient", 1.00001, 0.0)]
    public void Wrong_weight_is_seen(string name, double factor, double summand)
    {
        (Trajectory trajectory, IReadOnlyList<PlayedAction> played) = Play(name);
        Spoil(played[^1].After.Weights[0], factor, summand);
        Assert.IsFalse(TrajectoryError.OfFloat32(trajectory, played)[0].Holds);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void Wrong_moment_is_seen(int tensor)
    {
        (Trajectory trajectory, IReadOnlyList<PlayedAction> played) = Play("defaults");
        TargetSnapshot last = played[^1].After;
        Spoil((tensor == 1 ? last.FirstMoments : last.SecondMoments)[0]!, 1.00001, 0);
        Assert.IsFalse(TrajectoryError.OfFloat32(trajectory, played)[tensor].Holds);
    }

    [TestMethod]
    [DataRow("kernel_average")]
    [DataRow("kernel_gradient_accumulator")]
    [DataRow("saved kernel_average")]
    [DataRow("saved kernel_gradient_accumulator")]
    [DataRow("saved gain_velocity")]
    public void Wrong_state_is_seen(string name)
    {
        (Trajectory trajectory, IReadOnlyList<PlayedAction> played) = Play("save_load_accumulation_ema");
        bool Holds() => TrajectoryError.OfFloat32(trajectory, played).Single(error => error.Tensor == name).Holds;
        Assert.IsTrue(Holds());
        foreach (TargetSnapshot after in played.Select(action => action.After))
        {
            double[] tensor = name switch
            {
                "kernel_average" => after.Averages![0]!,
                "kernel_gradient_accumulator" => after.Accumulators![0]!,
                _ => after.OptimizerVariables!.Single(one => $"saved {one.Name}" == name).Values,
            };
            Spoil(tensor, 1.00001, 0);
        }

        Assert.IsFalse(Holds());
    }

    [TestMethod]
    public void Missing_element_is_seen()
    {
        (Trajectory trajectory, IReadOnlyList<PlayedAction> played) = Play("defaults");
        TargetSnapshot after = played[^1].After;
        TargetSnapshot shorter = after with { Weights = [after.Weights[0][1..], .. after.Weights.Skip(1)] };
        PlayedAction[] spoiled = [.. played.SkipLast(1), played[^1] with { After = shorter }];
        Assert.IsFalse(TrajectoryError.OfFloat32(trajectory, spoiled)[0].Holds);
    }

    private static (Trajectory Trajectory, IReadOnlyList<PlayedAction> Played) Play(string name)
    {
        Trajectory trajectory = TrajectoryFile.Load(Path.Combine(TrajectoryFolder.BesideProgram, $"{name}.json"));
        using var target = new ReferenceTarget(trajectory);
        return (trajectory, TrajectoryPlayer.Play(trajectory, target));
    }

    private static void Spoil(double[] tensor, double factor, double summand)
    {
        for (int i = 0; i < tensor.Length; i++)
        {
            tensor[i] = tensor[i] * factor + summand;
        }
    }
}
