namespace Lamb.Gpu;

/// <summary>Names an implementation of LAMB whose update and defaults <see cref="LambOptions.ForVariant"/>
/// gives.</summary>
/// <remarks>docs/variants.md has a table of the options that each of them sets, and notes for users of each
/// library.</remarks>
public enum LambVariant
{
    /// <summary><c>keras.optimizers.Lamb</c>: keras/src/optimizers/lamb.py at 3422977a (3.16.0).</summary>
    Keras,

    /// <summary>You et al. 2020, arXiv:1904.00962, Algorithm 2 with φ(z) = z, and ε and λ of its BERT.</summary>
    Paper,

    /// <summary>NVIDIA's NVLAMB: the paper's update after all gradients together have been scaled to a norm of
    /// 1.</summary>
    /// <remarks>
    /// What apex calls <c>use_nvlamb=True</c> does not scale, but clips: that is <see cref="Apex"/> with
    /// <see cref="LambTrustRatioScope.All"/>.
    /// </remarks>
    NvLamb,

    /// <summary><c>apex.optimizers.FusedLAMB</c>: apex/optimizers/fused_lamb.py and csrc/multi_tensor_lamb.cu at
    /// 6424da3b.</summary>
    Apex,

    /// <summary><c>deepspeed.ops.lamb.FusedLamb</c>: deepspeed/ops/lamb/fused_lamb.py and
    /// csrc/lamb/fused_lamb_cuda_kernel.cu at edaa7221.</summary>
    DeepSpeed,

    /// <summary><c>timm.optim.Lamb</c>: timm/optim/lamb.py at aa4b5850.</summary>
    Timm,

    /// <summary><c>optax.lamb</c>: optax/_src/alias.py and optax/_src/transform.py at 2edbcbe2.</summary>
    Optax,

    /// <summary><c>tfa.optimizers.LAMB</c>: tensorflow_addons/optimizers/lamb.py at d208d752.</summary>
    TfAddons,

    /// <summary><c>LambOptimizer</c> of ONNX Runtime's training operators:
    /// orttraining/training_ops/cuda/optimizer/lamb.cc and lamb_impl.cu.</summary>
    OnnxRuntime,
}

/// <summary>Names where the weight decay λ is applied.</summary>
public enum LambWeightDecayMode
{
    /// <summary>w ← w − λη·w before the norms are taken: the trust ratio does not scale it, as in Keras.</summary>
    Decoupled,

    /// <summary>u ← u + λ·w, inside the trust ratio and inside ‖u‖, as in the paper and in most libraries.</summary>
    Update,

    /// <summary>g ← g + λ·w after clipping: L2 regularization, which enters the moments.</summary>
    Gradient,
}

/// <summary>Names the variables that the trust ratio applies to.</summary>
public enum LambTrustRatioScope
{
    /// <summary>All variables except those with <see cref="LambVariable.ExcludeFromTrustRatio"/>.</summary>
    All,

    /// <summary>Of these, only variables with weight decay. With a weight decay of null or 0, none.</summary>
    /// <remarks>The default of apex and timm. The other variables have a ratio of 1, which makes their step one of
    /// Adam.</remarks>
    Decayed,
}

/// <summary>Names where the moments are corrected for starting at zero.</summary>
public enum LambBiasCorrection
{
    /// <summary>In the update: u = (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε).</summary>
    Update,

    /// <summary>Nowhere: u = m / (√v + ε).</summary>
    None,

    /// <summary>In the learning rate: u = m / (√v + ε) and η·√(1 − β₂ᵗ) / (1 − β₁ᵗ), outside the trust ratio.</summary>
    /// <remarks>
    /// As in DeepSpeed. The trust ratio cancels any factor of u, but not this one: with the default betas the first
    /// step is 0.316 times what it is otherwise. Decoupled decay takes η without the correction.
    /// </remarks>
    LearningRate,
}
