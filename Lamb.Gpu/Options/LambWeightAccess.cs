namespace Lamb.Gpu;

/// <summary>Names who may write the weights between two steps.</summary>
public enum LambWeightAccess
{
    /// <summary>Anyone. An update reads the weights twice: for their norm, and to move them.</summary>
    Shared,

    /// <summary>Only the optimizer, or a caller that then calls
    /// <see cref="LambOptimizer.NotifyWeightsChanged"/>.</summary>
    /// <remarks>
    /// An update knows ‖w‖ from the step before and reads the weights once: 36 bytes per element instead of 40. If
    /// weights are written without that call, trust ratios use outdated norms, without an error.
    /// </remarks>
    Exclusive,

    /// <summary>Like <see cref="Exclusive"/>, but every step checks that the weights have not been written.</summary>
    /// <remarks>
    /// For debugging: every step reads the weights once more and waits for the device. It gives the same bits as
    /// <see cref="Exclusive"/>. A write that leaves every ‖w‖ unchanged is not detected, and does not change a step.
    /// </remarks>
    ExclusiveChecked,
}

/// <summary>Names how a float32 result is rounded to a 16-bit weight.</summary>
public enum LambRounding
{
    /// <summary>To the nearest, ties to even. Changes smaller than half a unit in the last place of the weight are
    /// lost.</summary>
    Nearest,

    /// <summary>Up or down at random, so that the mean is right; small changes add up.</summary>
    /// <remarks>The random bits are a hash of <see cref="LambOptions.RoundingSeed"/>, the step and the position of the
    /// weight: the same in every run and on every device.</remarks>
    Stochastic,
}
