using System.Text.Json;

namespace Lamb.Gpu.Golden;

/// <summary>Does to a target what a trajectory says, and notes what comes of it.</summary>
internal static class TrajectoryPlayer
{
    /// <summary>Plays all actions in order.</summary>
    /// <returns>One entry an action.</returns>
    public static IReadOnlyList<PlayedAction> Play(Trajectory trajectory, ITrajectoryTarget target)
    {
        var played = new List<PlayedAction>();
        TargetSnapshot before = target.Read();
        foreach (TrajectoryAction action in trajectory.Actions)
        {
            double learningRate = target.LearningRate;
            Exception? refusal = Try(action, target);
            TargetSnapshot after = target.Read();
            played.Add(new PlayedAction(action.Op, learningRate, refusal, before, after));
            before = after;
        }

        return played;
    }

    private static Exception? Try(TrajectoryAction action, ITrajectoryTarget target)
    {
        try
        {
            Perform(action, target);
            return null;
        }
        catch (Exception refusal) when (refusal is ArgumentException or InvalidOperationException)
        {
            return refusal;
        }
    }

    private static void Perform(TrajectoryAction action, ITrajectoryTarget target)
    {
        switch (action.Op)
        {
            case "apply":
                target.Apply(Given(action.Gradients, action));
                break;
            case "set_learning_rate":
                target.SetLearningRate(Given(action.Value, action));
                break;
            case "finalize":
                target.FinalizeVariables();
                break;
            case "assign_variable":
                target.AssignVariable(Given(action.Index, action), TrajectoryFile.Floats(Given(action.Value, action)));
                break;
            case "save_load":
                target.SaveLoad();
                break;
            default:
                throw new InvalidDataException($"There is no action '{action.Op}'.");
        }
    }

    private static T Given<T>(T? value, TrajectoryAction action)
        where T : struct => value ?? throw Missing<T>(action);

    private static T Given<T>(T? value, TrajectoryAction action)
        where T : class => value ?? throw Missing<T>(action);

    private static InvalidDataException Missing<T>(TrajectoryAction action) =>
        new($"The action '{action.Op}' lacks its {typeof(T).Name}.");
}

/// <summary>What an action did to a target.</summary>
/// <param name="LearningRate">The rate just before the action.</param>
/// <param name="Refusal">The exception by which the target refused it, or null.</param>
internal sealed record PlayedAction(
    string Op, double LearningRate, Exception? Refusal, TargetSnapshot Before, TargetSnapshot After);

/// <summary>An optimizer with its variables, as a trajectory sees it: a method an action.</summary>
internal interface ITrajectoryTarget : IDisposable
{
    /// <summary>Gets the rate that the next apply would use.</summary>
    double LearningRate { get; }

    /// <summary>Applies gradients, one tensor a variable, null where there is none.</summary>
    void Apply(IReadOnlyList<float[]?> gradients);

    /// <summary>Sets the rate: a number or a schedule.</summary>
    void SetLearningRate(JsonElement value);

    /// <summary>Writes the averages over the variables, where averages are kept.</summary>
    void FinalizeVariables();

    /// <summary>Gives a variable another value, behind the optimizer's back.</summary>
    void AssignVariable(int index, float[] value);

    /// <summary>Saves the state, makes the optimizer anew as it was at first, and loads the state.</summary>
    void SaveLoad();

    /// <summary>Reads everything that can be compared.</summary>
    TargetSnapshot Read();
}
