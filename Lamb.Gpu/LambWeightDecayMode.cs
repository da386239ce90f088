namespace Lamb.Gpu;

/// <summary>Names where weight decay, λ, comes in.</summary>
public enum LambWeightDecayMode
{
    /// <summary>w ← w − λη·w before the norms are taken: the trust ratio does not scale it, as in Keras.</summary>
    Decoupled,

    /// <summary>u ← u + λ·w, inside the trust ratio and inside ‖u‖, as in the paper and in most libraries.</summary>
    Update,

    /// <summary>g ← g + λ·w after clipping: L2 regularization, which the moments see.</summary>
    Gradient,
}
