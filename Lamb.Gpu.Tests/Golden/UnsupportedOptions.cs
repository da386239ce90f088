using System.Text.Json;
using Lamb.Gpu.Tests.Golden.Model;

namespace Lamb.Gpu.Tests.Golden;

/// <summary>Names what a trajectory needs and the library does not have.</summary>
internal static class UnsupportedOptions
{
    /// <summary>Lists the options, by their Keras names; none where the trajectory can be played.</summary>
    public static IReadOnlyList<string> Of(Trajectory trajectory) =>
        [.. Checks(trajectory).Where(check => check.IsNeeded).Select(check => check.Option)];

    private static IEnumerable<(string Option, bool IsNeeded)> Checks(Trajectory trajectory)
    {
        TrajectoryConfig config = trajectory.Config;
        yield return ("learning_rate schedule", IsSchedule(config.LearningRate));
        yield return ("learning_rate callable", IsCallable(config.LearningRate));
        yield return ("set_learning_rate schedule", trajectory.Actions.Any(
            action => action.Op == "set_learning_rate" && action.Value is { } value && IsSchedule(value)));
        yield return ("clipnorm", IsOn(config.ClipNorm));
        yield return ("clipvalue", IsOn(config.ClipValue));
        yield return ("global_clipnorm", IsOn(config.GlobalClipNorm));
        yield return ("gradient_accumulation_steps", IsOn(config.GradientAccumulationSteps));
        yield return ("use_ema", config.UseEma == true);
        yield return ("loss_scale_factor", IsOn(config.LossScaleFactor));
        yield return ("loss_scale_optimizer", trajectory.LossScaleOptimizer != null);
        yield return ("overwrite_with_gradient", trajectory.Variables.Any(variable => variable.OverwriteWithGradient));
        yield return ("missing gradients", trajectory.Actions.Any(
            action => action.Gradients?.Contains(null) == true));
        yield return ("save_load", trajectory.Actions.Any(action => action.Op == "save_load"));
    }

    private static bool IsSchedule(JsonElement rate) => rate.ValueKind == JsonValueKind.Object && !IsCallable(rate);

    private static bool IsCallable(JsonElement rate) =>
        rate.ValueKind == JsonValueKind.Object && rate.TryGetProperty("callable", out _);

    // Keras takes 0 for off, as it takes None.
    private static bool IsOn(double? value) => value is not (null or 0);
}
