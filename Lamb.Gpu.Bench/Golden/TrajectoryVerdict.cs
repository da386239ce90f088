using Lamb.Gpu.Bench.Golden.Model;

namespace Lamb.Gpu.Bench.Golden;

/// <summary>What came of a trajectory that was played, and what is wrong with it.</summary>
/// <param name="Played">One entry an action.</param>
/// <param name="Errors">One entry a tensor.</param>
/// <param name="Wrong">Every difference from Keras beyond its bound, for people; empty where it passed.</param>
internal sealed record TrajectoryVerdict(
    IReadOnlyList<PlayedAction> Played, IReadOnlyList<TensorError> Errors, IReadOnlyList<string> Wrong)
{
    /// <summary>Plays a trajectory on a float32 target and judges it.</summary>
    public static TrajectoryVerdict OfFloat32(Trajectory trajectory, ITrajectoryTarget target)
    {
        IReadOnlyList<PlayedAction> played = TrajectoryPlayer.Play(trajectory, target);
        return Of(trajectory, played, TrajectoryError.OfFloat32(trajectory, played));
    }

    /// <summary>Plays a trajectory on a target in double precision and judges it.</summary>
    public static TrajectoryVerdict OfFloat64(Trajectory trajectory, ITrajectoryTarget target, double bound)
    {
        IReadOnlyList<PlayedAction> played = TrajectoryPlayer.Play(trajectory, target);
        return Of(trajectory, played, TrajectoryError.OfFloat64(trajectory, played, bound));
    }

    private static TrajectoryVerdict Of(
        Trajectory trajectory, IReadOnlyList<PlayedAction> played, IReadOnlyList<TensorError> errors) =>
        new(
            played,
            errors,
            [
                .. PrecisionGapCheck.Differences(trajectory),
                .. ActionCheck.Differences(trajectory, played),
                .. errors.Where(error => !error.Holds).Select(error => error.ToString()),
                .. errors.Where(error => error.Steps == 0).Select(error => $"{error.Tensor} was never compared"),
            ]);
}
