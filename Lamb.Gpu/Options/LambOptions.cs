using System.Globalization;
using Lamb.Gpu.Arguments;

namespace Lamb.Gpu;

/// <summary>Holds the hyperparameters of LAMB, with the names and defaults of keras.optimizers.Lamb.</summary>
public sealed partial record LambOptions
{
    private const string FitScale = "be a normal float32 number whose reciprocal is one, 1.2e-38 to 8.5e37";

    /// <summary>Gets the name of the optimizer in Keras's configuration.</summary>
    public string Name { get; init; } = "lamb";

    /// <summary>Gets η, the learning rate: a finite number, a schedule or a function; 0.001 by default.</summary>
    public LambLearningRate LearningRate { get; init; } = 0.001;

    /// <summary>Gets β₁, the decay of the first moment: in [0, 1), or a function; 0.9 by default.</summary>
    public LambBeta Beta1 { get; init; } = 0.9;

    /// <summary>Gets β₂, the decay of the second moment: in [0, 1), or a function; 0.999 by default.</summary>
    public LambBeta Beta2 { get; init; } = 0.999;

    /// <summary>Gets ε, added to the square root of the second moment: finite, 0 or more; 1e-7 by default.</summary>
    public double Epsilon { get; init; } = 1e-7;

    /// <summary>Gets λ, the weight decay: any finite number, or null for none; null by default.</summary>
    /// <remarks><see cref="WeightDecayMode"/> decides where it is applied.</remarks>
    public double? WeightDecay { get; init; }

    /// <summary>Gets the norm that the gradient of each variable is clipped to; null, 0 and negative numbers turn it
    /// off.</summary>
    /// <remarks>
    /// g ← g·c / max(‖g‖, c), with one ‖g‖ per variable. Squares overflow in float32 when ‖g‖ is 1.8e19 (2⁶⁴) or more,
    /// and g then becomes 0, as in Keras. Only one of the three clips may be set. As in Keras, 0 or less turns clipping
    /// off but still counts as set.
    /// </remarks>
    public double? ClipNorm { get; init; }

    /// <summary>Gets the norm that all gradients together are clipped to; null, 0 and negative numbers turn it
    /// off.</summary>
    /// <remarks>
    /// g ← g·c·min(1/‖g‖, 1/c), ‖g‖ over all variables; all NaN if that norm is not finite in float32, that is, from
    /// 1.8e19 (2⁶⁴) on, as in Keras.
    /// </remarks>
    public double? GlobalClipNorm { get; init; }

    /// <summary>Gets the limit of the absolute value of every gradient; null, 0 and negative numbers turn it
    /// off.</summary>
    public double? ClipValue { get; init; }

    /// <summary>Gets whether an exponential moving average of the weights is kept; false by default.</summary>
    /// <remarks>
    /// w̄ ← w̄ + (1 − μ)(w − w̄) after every call of Step that is not skipped, micro-steps included, μ being
    /// <see cref="EmaMomentum"/>: Keras's μ·w̄ + (1 − μ)·w, with 1 − μ rounded once from double. The first step copies
    /// the weights. w̄ is stored in float32. If μ is near 1, a step adds less than a unit in the last place of w̄; the
    /// sum is therefore dithered with a sequence that is the same in every run, so that such a change is right on
    /// average. A step is off by less than a unit in the last place; over thousands of steps an element is off by a
    /// few, at worst by tens. Constant weights are reached exactly.
    /// </remarks>
    public bool UseEma { get; init; }

    /// <summary>Gets the momentum of the average: in [0, 1]; 0.99 by default. The first step copies.</summary>
    /// <remarks>Neither used nor checked without <see cref="UseEma"/>, as in Keras. Keras's configurations always
    /// contain it, so it is kept when they are read and written.</remarks>
    public double EmaMomentum { get; init; } = 0.99;

    /// <summary>Gets the number of steps after which the average overwrites the weights; null and 0 mean
    /// never.</summary>
    /// <remarks>Neither used nor checked without <see cref="UseEma"/>, like <see cref="EmaMomentum"/>.</remarks>
    public int? EmaOverwriteFrequency { get; init; }

    /// <summary>Gets the divisor of the gradients: an absolute value from 2⁻¹²⁶ to 2¹²⁶, or null for 1; null by
    /// default.</summary>
    /// <remarks>
    /// Gradients are multiplied by its reciprocal, which is rounded once. Keras accepts any number. Ignored if
    /// <see cref="DynamicLossScale"/> is set, as Keras's LossScaleOptimizer ignores the factor of the optimizer that it
    /// wraps.
    /// </remarks>
    public double? LossScaleFactor { get; init; }

    /// <summary>Gets how many gradients are averaged for one update: 2 or more; null and 0 turn accumulation
    /// off.</summary>
    public int? GradientAccumulationSteps { get; init; }

    /// <summary>Gets the arguments of a dynamic loss scale, which adapts on the device, or null for none.</summary>
    public LambDynamicLossScale? DynamicLossScale { get; init; }

    /// <summary>Gets who may write the weights between two steps; anyone by default. Not an option of Keras.</summary>
    public LambWeightAccess WeightAccess { get; init; }

    /// <summary>Throws one exception that names every broken rule.</summary>
    internal void Validate()
    {
        var rules = new ArgumentRules();
        rules.Require(Name != null, nameof(Name), "not be null", "null")
            .FiniteInSingle(LearningRate.Number ?? 0, nameof(LearningRate))
            .Require(LambBeta.IsValid(Beta1.Number ?? 0), nameof(Beta1), "be in [0, 1)", Beta1)
            .Require(LambBeta.IsValid(Beta2.Number ?? 0), nameof(Beta2), "be in [0, 1)", Beta2)
            .NotNegative(Epsilon)
            .Require(Epsilon <= float.MaxValue || !double.IsFinite(Epsilon), nameof(Epsilon), "fit float32", Epsilon)
            .FiniteInSingle(WeightDecay ?? 0, nameof(WeightDecay))
            .Require(!double.IsNaN(ClipNorm ?? 0), nameof(ClipNorm), "be a number", "NaN")
            .Require(!double.IsNaN(GlobalClipNorm ?? 0), nameof(GlobalClipNorm), "be a number", "NaN")
            .Require(!double.IsNaN(ClipValue ?? 0), nameof(ClipValue), "be a number", "NaN")
            .Finite(LossScaleFactor ?? 1, nameof(LossScaleFactor))
            .Require(FitsScale(LossScaleFactor ?? 1), nameof(LossScaleFactor), FitScale, LossScaleFactor ?? 1)
            .Require(LossScaleFactor != 0, nameof(LossScaleFactor), "not be 0; null is off", 0);
        ValidateClips(rules);
        ValidateEma(rules);
        int steps = GradientAccumulationSteps ?? 0;
        rules.Require(steps is 0 or >= 2, nameof(GradientAccumulationSteps), "be 2 or more; null and 0 are off", steps);
        ValidateLossScale(rules);
        const string access = "be Shared, Exclusive or ExclusiveChecked";
        rules.Require(Enum.IsDefined(WeightAccess), nameof(WeightAccess), access, (int)WeightAccess);
        ValidateVariant(rules);
        ValidateStorage(rules);
        rules.Throw();
    }

    private static bool FitsScale(double scale) =>
        scale == 0 || !double.IsFinite(scale)
        || Math.Abs((float)scale) is >= (float)LambDynamicLossScale.Least and <= (float)LambDynamicLossScale.Greatest;

    private void ValidateClips(ArgumentRules rules)
    {
        (string Name, double? Value)[] clips =
        [
            (nameof(ClipNorm), ClipNorm), (nameof(GlobalClipNorm), GlobalClipNorm), (nameof(ClipValue), ClipValue),
        ];
        string[] set =
        [
            .. clips.Where(clip => clip.Value != null)
                .Select(clip => string.Create(CultureInfo.InvariantCulture, $"{clip.Name} = {clip.Value}")),
        ];
        rules.Require(
            set.Length <= 1, "Of ClipNorm, GlobalClipNorm and ClipValue one at most", "be set", string.Join(", ", set));
    }

    private void ValidateEma(ArgumentRules rules)
    {
        if (UseEma)
        {
            int frequency = EmaOverwriteFrequency ?? 0;
            rules.Require(EmaMomentum is >= 0 and <= 1, nameof(EmaMomentum), "be in [0, 1]", EmaMomentum)
                .Require(frequency >= 0, nameof(EmaOverwriteFrequency), "be 1 or more; null and 0 are off", frequency);
        }
    }

    private void ValidateLossScale(ArgumentRules rules)
    {
        if (DynamicLossScale is { } scale)
        {
            int steps = scale.DynamicGrowthSteps;
            rules.Require(scale.Name != null, "DynamicLossScale.Name", "not be null", "null")
                .Positive(scale.InitialScale, "DynamicLossScale.InitialScale")
                .Positive(scale.MinScale, "DynamicLossScale.MinScale")
                .Require(FitsScale(scale.MinScale), "DynamicLossScale.MinScale", FitScale, scale.MinScale)
                .Positive(scale.MaxScale, "DynamicLossScale.MaxScale")
                .Require(FitsScale(scale.MaxScale), "DynamicLossScale.MaxScale", FitScale, scale.MaxScale)
                .Require(
                    !(scale.MinScale > scale.MaxScale),
                    "DynamicLossScale.MinScale",
                    $"be at most MaxScale = {scale.MaxScale.ToString(CultureInfo.InvariantCulture)}",
                    scale.MinScale)
                .Require(
                    scale.MinScale > scale.MaxScale || !(scale.InitialScale > 0) || scale.Allows(scale.InitialScale),
                    "DynamicLossScale.InitialScale",
                    scale.Allowed,
                    scale.InitialScale)
                .Require(steps >= 1, "DynamicLossScale.DynamicGrowthSteps", "be 1 or more", steps);
        }
    }
}
