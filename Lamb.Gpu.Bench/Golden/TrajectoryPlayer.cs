using Lamb.Gpu.Bench.Golden.Model;

namespace Lamb.Gpu.Bench.Golden;

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
