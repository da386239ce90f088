namespace Lamb.Gpu.Tests.Reference;

/// <summary>LAMB in double precision, as plain as its equations: what the library is held against.</summary>
/// <remarks>
/// In the order of keras.optimizers.Lamb, for every variable, t counted from 1:
/// <code>
/// w ← w − w·λ·η                                   unless excluded
/// m ← m + (g − m)(1 − β₁);  v ← v + (g² − v)(1 − β₂)
/// u = (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
/// r = ‖w‖ > 0 and ‖u‖ > 0 ? ‖w‖ / ‖u‖ : 1
/// w ← w − (r·η)·u
/// </code>
/// It shares no code with the library and has none of its forms: no tile, no mask, no reciprocal.
/// </remarks>
internal sealed class LambReference(IEnumerable<double[]> weights)
{
    private readonly double[][] weights = [.. weights.Select(values => values.ToArray())];
    private readonly double[][] firstMoments = [.. weights.Select(values => new double[values.Length])];
    private readonly double[][] secondMoments = [.. weights.Select(values => new double[values.Length])];

    /// <summary>Gets or sets η.</summary>
    public double LearningRate { get; set; } = 0.001;

    /// <summary>Gets β₁.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Gets β₂.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Gets ε.</summary>
    public double Epsilon { get; init; } = 1e-7;

    /// <summary>Gets λ, or null for none.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>Gets the indices of the variables that do not decay.</summary>
    public IReadOnlySet<int> Excluded { get; init; } = new HashSet<int>();

    /// <summary>Gets how many steps have been taken.</summary>
    public long Iterations { get; private set; }

    /// <summary>Gets w, a tensor a variable; the caller may write to it between steps.</summary>
    public IReadOnlyList<double[]> Weights => weights;

    /// <summary>Gets m.</summary>
    public IReadOnlyList<double[]> FirstMoments => firstMoments;

    /// <summary>Gets v.</summary>
    public IReadOnlyList<double[]> SecondMoments => secondMoments;

    /// <summary>Takes one step with a gradient for every variable.</summary>
    public void Step(IReadOnlyList<double[]> gradients)
    {
        Iterations++;
        for (int i = 0; i < weights.Length; i++)
        {
            Decay(i);
            AdvanceMoments(i, gradients[i]);
            Move(i);
        }
    }

    private void Decay(int variable)
    {
        if (WeightDecay is { } decay && !Excluded.Contains(variable))
        {
            Change(weights[variable], (w, _) => w - w * decay * LearningRate);
        }
    }

    private void AdvanceMoments(int variable, double[] gradient)
    {
        Change(firstMoments[variable], (m, i) => m + (gradient[i] - m) * (1 - Beta1));
        Change(secondMoments[variable], (v, i) => v + (gradient[i] * gradient[i] - v) * (1 - Beta2));
    }

    private void Move(int variable)
    {
        double firstCorrection = 1 - Math.Pow(Beta1, Iterations);
        double secondCorrection = 1 - Math.Pow(Beta2, Iterations);
        double[] update =
        [
            .. firstMoments[variable].Zip(secondMoments[variable], (m, v) =>
                m / firstCorrection / (Math.Sqrt(v / secondCorrection) + Epsilon)),
        ];
        double weightNorm = Norm(weights[variable]);
        double updateNorm = Norm(update);
        double trustRatio = weightNorm > 0 && updateNorm > 0 ? weightNorm / updateNorm : 1;
        Change(weights[variable], (w, i) => w - trustRatio * LearningRate * update[i]);
    }

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(value => value * value));

    private static void Change(double[] values, Func<double, int, double> change)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = change(values[i], i);
        }
    }
}
