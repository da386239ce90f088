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
        Elements.Change(variable.FirstMoment, (m, i) => m + (gradient[i] - m) * (1 - options.Beta1));
        Elements.Change(variable.SecondMoment, (v, i) => v + (gradient[i] * gradient[i] - v) * (1 - options.Beta2));
    }

    /// <summary>Moves w.</summary>
    public static void Move(ReferenceVariable variable, ReferenceOptions options, double learningRate, long t)
    {
        double firstCorrection = 1 - Math.Pow(options.Beta1, t);
        double secondCorrection = 1 - Math.Pow(options.Beta2, t);
        double[] update = Elements.Map(variable.FirstMoment, variable.SecondMoment, (m, v) =>
            m / firstCorrection / (Math.Sqrt(v / secondCorrection) + options.Epsilon));
        double weightNorm = Elements.Norm(variable.Weights);
        double updateNorm = Elements.Norm(update);
        double trustRatio = weightNorm > 0 && updateNorm > 0 ? weightNorm / updateNorm : 1;
        Elements.Change(variable.Weights, (w, i) => w - trustRatio * learningRate * update[i]);
    }
}
