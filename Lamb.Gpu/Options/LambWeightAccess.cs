namespace Lamb.Gpu;

/// <summary>Names who may write the weights between two steps.</summary>
public enum LambWeightAccess
{
    /// <summary>Anybody: an update reads the weights twice, before it moves them and while it does.</summary>
    Shared,

    /// <summary>The optimizer alone, and whoever calls <see cref="LambOptimizer.NotifyWeightsChanged"/> after
    /// it.</summary>
    /// <remarks>
    /// An update knows ‖w‖ from the step before, and reads the weights once: 36 bytes an element instead of 40. Where
    /// the promise is broken, trust ratios are those of old norms, and nobody is told.
    /// </remarks>
    Exclusive,

    /// <summary>As <see cref="Exclusive"/>, and every step looks whether the promise was kept.</summary>
    /// <remarks>
    /// For debugging: every step reads the weights once more, and waits for the device. The bits are those of
    /// <see cref="Exclusive"/>. What leaves every ‖w‖ as it was is not seen, and changes no step.
    /// </remarks>
    ExclusiveChecked,
}

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
