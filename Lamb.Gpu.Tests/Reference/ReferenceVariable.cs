namespace Lamb.Gpu.Tests.Reference;

/// <summary>A variable with all that the reference keeps for it; what no option asks for stays zero.</summary>
internal sealed class ReferenceVariable(string name, IReadOnlyList<long> shape, double[] weights)
{
    /// <summary>Gets the name.</summary>
    public string Name => name;

    /// <summary>Gets the shape.</summary>
    public IReadOnlyList<long> Shape => shape;

    /// <summary>Gets whether it decays: whether it is not excluded.</summary>
    public bool Decays { get; init; } = true;

    /// <summary>Gets whether a trust ratio scales its steps: whether it is not excluded.</summary>
    public bool Adapts { get; init; } = true;

    /// <summary>Gets whether a gradient is its new value, and no step is taken.</summary>
    public bool IsOverwritten { get; init; }

    /// <summary>Gets what its weights must fulfil after an update, or null.</summary>
    public ReferenceConstraint? Constraint { get; init; }

    /// <summary>Gets w; the caller may write to it between steps.</summary>
    public double[] Weights { get; } = [.. weights];

    /// <summary>Gets m.</summary>
    public double[] FirstMoment { get; } = new double[weights.Length];

    /// <summary>Gets v.</summary>
    public double[] SecondMoment { get; } = new double[weights.Length];

    /// <summary>Gets the moving average of w.</summary>
    public double[] Average { get; } = new double[weights.Length];

    /// <summary>Gets the sum of the gradients since the last update.</summary>
    public double[] Accumulator { get; } = new double[weights.Length];
}
