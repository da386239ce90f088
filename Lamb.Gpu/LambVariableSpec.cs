namespace Lamb.Gpu;

/// <summary>Describes a variable to allocate: its name and its shape.</summary>
/// <param name="Name">The name, unique among the variables of an optimizer.</param>
/// <param name="Shape">
/// The size of each dimension, row-major, each 0 or more; no dimension at all makes a scalar.
/// </param>
public sealed record LambVariableSpec(string Name, IReadOnlyList<long> Shape)
{
    /// <summary>Gets whether weight decay always leaves the variable alone.</summary>
    public bool ExcludeFromWeightDecay { get; init; }

    /// <summary>Gets whether the trust ratio of the variable is always 1: its step is η·u, as Adam's is.</summary>
    public bool ExcludeFromTrustRatio { get; init; }

    /// <summary>Gets what is done to the weights after every step, or null for nothing; null by default.</summary>
    public LambConstraint? Constraint { get; init; }

    /// <summary>Gets whether the gradient becomes the new value, unscaled and unclipped; there are no
    /// moments.</summary>
    public bool OverwriteWithGradient { get; init; }

    /// <summary>Gets how the weights lie in memory; float32 by default.</summary>
    public LambStorage WeightStorage { get; init; }

    /// <summary>Gets how the gradients lie in memory; float32 by default.</summary>
    public LambStorage GradientStorage { get; init; }
}
