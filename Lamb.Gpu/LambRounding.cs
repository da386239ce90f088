namespace Lamb.Gpu;

/// <summary>Names how a result in float32 becomes a weight of 16 bits.</summary>
public enum LambRounding
{
    /// <summary>To the nearest, ties to even: what is smaller than half a step of the weight is lost.</summary>
    Nearest,

    /// <summary>Up or down by chance, so that the mean is right; small steps add up.</summary>
    /// <remarks>Chance is a hash of <see cref="LambOptions.RoundingSeed"/>, the step and the place of the weight: the
    /// same bits in every run and on every device.</remarks>
    Stochastic,
}
