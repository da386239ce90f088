namespace Lamb.Gpu.Golden;

/// <summary>The magnitude of a tensor after each action: what its rounding errors are in proportion to.</summary>
/// <remarks>
/// For a weight it is the largest absolute value. For a moment it is the moment of the absolute values, with the one of
/// the step before, which is rounded too before it cancels:
/// <code>
/// Mₜ = Mₜ₋₁ + (1 − β)(max|g|ᵖ − Mₜ₋₁);  scale = Mₜ + (1 − β)Mₜ₋₁
/// </code>
/// That is never less than the moment itself and much the same, save where gradients of both signs cancel: there an
/// error stays in proportion to them, at most some 1e-6 of the largest gradient, however small the moment becomes.
/// <para>
/// For an average it is the largest weight that may have gone into it, with the error that it had: the largest so far.
/// For an accumulator it is the sum of the absolute values, which stays where gradients of both signs cancel. That is
/// also the scale of an accumulator that keeps a maximum, which does not round at all.
/// </para>
/// </remarks>
internal static class TensorScale
{
    /// <summary>Computes the scale of a weight after each action; NaN and infinity count for nothing.</summary>
    public static double[] OfWeights(IEnumerable<double[]?> tensors) =>
        [.. tensors.Select(tensor => tensor == null ? 0 : Magnitude(tensor))];

    /// <summary>Computes the scale of a moment of one variable after each action.</summary>
    /// <param name="trajectory">The gradients and what is done to them first.</param>
    /// <param name="variable">The index of the variable.</param>
    /// <param name="beta">β of the moment.</param>
    /// <param name="power">p: 1 for the first moment, 2 for the second.</param>
    public static double[] OfMoment(Trajectory trajectory, int variable, double beta, int power)
    {
        var scales = new double[trajectory.Actions.Count];
        double moment = 0;
        double scale = 0;
        double pending = 0;
        for (int i = 0; i < scales.Length; i++)
        {
            TrajectoryResult result = trajectory.Float32.Results[i];
            float[]? gradient = trajectory.Actions[i].Gradients?[variable];
            if (gradient != null && result.Skipped == false)
            {
                pending = Math.Max(pending, Applied(trajectory.Config, result, gradient));
            }

            if (result.IsUpdate == true)
            {
                // A variable without a gradient keeps its moments, and what it had accumulated is lost.
                double share = gradient == null ? 0 : 1 - beta;
                double before = moment;
                moment += share * (Math.Pow(pending, power) - moment);
                scale = gradient == null ? scale : moment + share * before;
                pending = 0;
            }

            scales[i] = scale;
        }

        return scales;
    }

    /// <summary>Computes the scale of the average of one variable after each action.</summary>
    /// <param name="initial">The weights before the first action.</param>
    /// <param name="weightScales">The scale of the weights after each action.</param>
    public static double[] OfAverage(float[] initial, double[] weightScales)
    {
        double largest = Magnitude(initial);
        return [.. weightScales.Select(scale => largest = Math.Max(largest, scale))];
    }

    /// <summary>Computes the scale of the accumulator of one variable after each action.</summary>
    public static double[] OfAccumulator(Trajectory trajectory, int variable)
    {
        bool isOverwritten = trajectory.Variables[variable].OverwriteWithGradient;
        double sum = 0;
        return [.. trajectory.Actions.Zip(trajectory.Float32.Results, (action, result) =>
        {
            if (action.Gradients?[variable] is { } gradient && result.Skipped == false)
            {
                sum += Magnitude(gradient) / (isOverwritten ? 1 : Divisor(trajectory.Config, result));
            }

            return sum = result.IsUpdate == true ? 0 : sum;
        })];
    }

    // The largest magnitude that can reach the moments.
    private static double Applied(TrajectoryConfig config, TrajectoryResult result, float[] gradient)
    {
        double[] clips = [.. new[] { config.ClipNorm, config.ClipValue, config.GlobalClipNorm }
            .OfType<double>().Where(clip => clip > 0)];
        return clips.Append(Magnitude(gradient) / Divisor(config, result)).Min();
    }

    // The scale of a loss may have doubled after this very step.
    private static double Divisor(TrajectoryConfig config, TrajectoryResult result) =>
        result.LossScale?.DynamicScale / 2 ?? (config.LossScaleFactor is > 0 and var factor ? factor : 1);

    private static double Magnitude(float[] values) => Magnitude(values.Select(value => (double)value));

    private static double Magnitude(IEnumerable<double> values) =>
        values.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
}
