namespace Lamb.Gpu.Tests.Reference;

/// <summary>The LossScaleOptimizer of Keras around the reference.</summary>
/// <remarks>
/// A step whose gradients are all finite divides them by the scale, is taken, and counts; the last of every so many
/// doubles the scale. Any other step halves the scale and is not taken. A value that overwrites its variable is not
/// divided, but it is looked at.
/// </remarks>
internal sealed class LossScaleReference(LambReference inner, double initialScale, int dynamicGrowthSteps)
{
    /// <summary>Gets the optimizer that takes the steps.</summary>
    public LambReference Inner => inner;

    /// <summary>Gets or sets what the gradients are multiples of.</summary>
    public double DynamicScale { get; set; } = initialScale;

    /// <summary>Gets or sets how many steps in a row were finite since the scale last changed.</summary>
    public int StepCounter { get; set; }

    /// <summary>Takes one step, or none.</summary>
    public void Step(IReadOnlyList<double[]?> gradients)
    {
        if (!gradients.OfType<double[]>().All(gradient => gradient.All(double.IsFinite)))
        {
            StepCounter = 0;
            DynamicScale /= 2;
            return;
        }

        inner.Step([.. gradients.Zip(inner.Variables, Unscale)]);
        if (StepCounter == dynamicGrowthSteps - 1)
        {
            StepCounter = 0;
            DynamicScale *= 2;
        }
        else
        {
            StepCounter++;
        }
    }

    private double[]? Unscale(double[]? gradient, ReferenceVariable variable) =>
        gradient == null || variable.IsOverwritten ? gradient : Elements.Map(gradient, g => g / DynamicScale);
}
