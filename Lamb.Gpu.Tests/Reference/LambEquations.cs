namespace Lamb.Gpu.Tests.Reference;

/// <summary>The equations of LAMB for one variable.</summary>
/// <remarks>
/// In the order of keras.optimizers.Lamb, t counted from 1:
/// <code>
/// w ← w − w·λ·η
/// m ← m + (g − m)(1 − β₁);  v ← v + (g² − v)(1 − β₂)
/// u = (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
/// r = ‖w‖ > 0 and ‖u‖ > 0 ? ‖w‖ / ‖u‖ : 1
/// w ← w − (r·η)·u
/// </code>
/// and what other libraries do instead:
/// <code>
/// g ← g + λ·w                                          or u ← u + λ·w, in the place of the first line
/// m ← β₁·m + g
/// u = m / (√v + ε)                                     and at times η ← η·√(1 − β₂ᵗ) / (1 − β₁ᵗ)
/// r = min(max(φ(‖w‖) / ‖u‖, rl), ru),  φ(z) = min(max(z, γl), γu)
/// </code>
/// They have none of the forms of the library: no tile, no mask, no reciprocal.
/// </remarks>
internal static class LambEquations
{
    /// <summary>Decays w.</summary>
    public static void Decay(double[] weights, double decay, double learningRate) =>
        Elements.Change(weights, (w, _) => w - w * decay * learningRate);

    /// <summary>Advances m and v.</summary>
    public static void AdvanceMoments(ReferenceVariable variable, double[] gradient, ReferenceOptions options)
    {
        Elements.Change(variable.FirstMoment, (m, i) => options.GradientAveraging
            ? m + (gradient[i] - m) * (1 - options.Beta1)
            : options.Beta1 * m + gradient[i]);
        Elements.Change(variable.SecondMoment, (v, i) => v + (gradient[i] * gradient[i] - v) * (1 - options.Beta2));
    }

    /// <summary>Moves w.</summary>
    /// <param name="variable">The variable.</param>
    /// <param name="options">The options.</param>
    /// <param name="decay">λ where it comes into the update, or 0.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="adapts">Whether there is a trust ratio.</param>
    /// <param name="t">Which update it is, from 1 on.</param>
    public static void Move(
        ReferenceVariable variable, ReferenceOptions options, double decay, double learningRate, bool adapts, long t)
    {
        double firstCorrection = 1 - Math.Pow(options.Beta1, t);
        double secondCorrection = 1 - Math.Pow(options.Beta2, t);
        if (options.BiasCorrection == LambBiasCorrection.LearningRate)
        {
            learningRate *= Math.Sqrt(secondCorrection) / firstCorrection;
        }

        if (options.BiasCorrection != LambBiasCorrection.Update)
        {
            firstCorrection = secondCorrection = 1;
        }

        double[] update = Elements.Map(variable.FirstMoment, variable.SecondMoment, (m, v) =>
            m / firstCorrection / (Math.Sqrt(v / secondCorrection) + options.Epsilon));
        if (decay != 0)
        {
            Elements.Change(update, (u, i) => u + decay * variable.Weights[i]);
        }

        double trustRatio = adapts ? TrustRatio(variable.Weights, update, options) : 1;
        Elements.Change(variable.Weights, (w, i) => w - trustRatio * learningRate * update[i]);
    }

    private static double TrustRatio(double[] weights, double[] update, ReferenceOptions options)
    {
        double weightNorm = Within(Elements.Norm(weights), options.WeightNormLimits);
        double updateNorm = Elements.Norm(update);
        return weightNorm > 0 && updateNorm > 0 ? Within(weightNorm / updateNorm, options.TrustRatioLimits) : 1;
    }

    private static double Within(double value, (double Min, double Max) limits) =>
        Math.Min(Math.Max(value, limits.Min), limits.Max);
}
