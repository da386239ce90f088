namespace Lamb.Gpu;

/// <summary>Names where the moments are corrected for having begun at zero.</summary>
public enum LambBiasCorrection
{
    /// <summary>In the update: u = (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε).</summary>
    Update,

    /// <summary>Nowhere: u = m / (√v + ε).</summary>
    None,

    /// <summary>In the learning rate: u = m / (√v + ε) and η·√(1 − β₂ᵗ) / (1 − β₁ᵗ), outside of the trust
    /// ratio.</summary>
    /// <remarks>
    /// DeepSpeed's. The trust ratio cancels whatever factor u has, but not this one: with the default betas the first
    /// step is 0.316 of what it is otherwise. Decoupled decay takes η without the correction.
    /// </remarks>
    LearningRate,
}
