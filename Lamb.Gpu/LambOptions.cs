using System.Globalization;

namespace Lamb.Gpu;

/// <summary>Holds the hyper-parameters of LAMB, with the names and defaults of keras.optimizers.Lamb.</summary>
public sealed record LambOptions
{
    /// <summary>Gets η, the learning rate: any finite number; 0.001 by default.</summary>
    public double LearningRate { get; init; } = 0.001;

    /// <summary>Gets β₁, the decay of the first moment: in [0, 1); 0.9 by default.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Gets β₂, the decay of the second moment: in [0, 1); 0.999 by default.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Gets ε, added to the root of the second moment: finite, 0 or more; 1e-7 by default.</summary>
    public double Epsilon { get; init; } = 1e-7;

    /// <summary>Gets λ, the decoupled weight decay: any finite number, or null for none; null by default.</summary>
    /// <remarks>w ← w − λη·w before the norms are taken: the trust ratio does not scale it.</remarks>
    public double? WeightDecay { get; init; }

    /// <summary>Throws one exception that names every broken rule.</summary>
    internal void Validate()
    {
        var broken = new List<string>();
        Rule(nameof(LearningRate), LearningRate, double.IsFinite, "be finite", broken);
        Rule(nameof(Beta1), Beta1, value => value is >= 0 and < 1, "be in [0, 1)", broken);
        Rule(nameof(Beta2), Beta2, value => value is >= 0 and < 1, "be in [0, 1)", broken);
        Rule(nameof(Epsilon), Epsilon, value => double.IsFinite(value) && value >= 0, "be finite and >= 0", broken);
        Rule(nameof(WeightDecay), WeightDecay ?? 0, double.IsFinite, "be finite, or null for none", broken);
        if (broken.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', broken));
        }
    }

    private static void Rule(string name, double value, Predicate<double> holds, string must, List<string> broken)
    {
        if (!holds(value))
        {
            broken.Add($"{name} must {must}, was {value.ToString(CultureInfo.InvariantCulture)}.");
        }
    }
}
