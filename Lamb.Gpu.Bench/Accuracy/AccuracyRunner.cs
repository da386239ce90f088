using ILGPU.Runtime;
using Lamb.Gpu.Golden;

namespace Lamb.Gpu.Bench.Accuracy;

/// <summary>Plays trajectories on a device and measures them.</summary>
/// <param name="accelerator">What to run on; it belongs to the caller.</param>
/// <param name="dump">Where the results go, or null.</param>
internal sealed class AccuracyRunner(Accelerator accelerator, ResultDump? dump = null)
{
    private readonly string? lacksDenormals = Denormals.AreFlushedBy(accelerator)
        ? $"'{accelerator.Name}' flushes denormal numbers to zero."
        : null;

    /// <summary>Plays all of them, or those until the token is cancelled.</summary>
    /// <param name="paths">The files of the trajectories.</param>
    /// <param name="progress">Told the name of each before it is played.</param>
    /// <param name="cancellation">Ends it between two of them.</param>
    public AccuracySummary Run(
        IEnumerable<string> paths, Action<string>? progress = null, CancellationToken cancellation = default) =>
        new(paths.TakeWhile(_ => !cancellation.IsCancellationRequested).Select(path => Run(path, progress)));

    private ScenarioAccuracy Run(string path, Action<string>? progress)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        progress?.Invoke(name);
        try
        {
            Trajectory trajectory = TrajectoryFile.Load(path);
            TrajectoryVerdict verdict = Play(trajectory);
            dump?.Write(name, trajectory, verdict.Played);
            return ScenarioAccuracy.Of(name, trajectory, verdict, Denormals.AreIn(trajectory) ? lacksDenormals : null);
        }
        catch (Exception failure) when (failure is not UsageException)
        {
            // Whatever ends one scenario is its result; the others are played all the same.
            return new ScenarioAccuracy(name, null, null, false, $"{failure.GetType().Name}: {failure.Message}");
        }
    }

    private TrajectoryVerdict Play(Trajectory trajectory)
    {
        using var target = new GoldenOptimizer(
            trajectory, accelerator, (variables, options) => new LambOptimizer(variables, options));
        return TrajectoryVerdict.OfFloat32(trajectory, target);
    }
}
