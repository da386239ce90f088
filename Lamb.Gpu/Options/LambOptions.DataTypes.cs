using Lamb.Gpu.Arguments;

namespace Lamb.Gpu;

/// <content>How 16-bit weights and moments are stored; Keras has no such options.</content>
public sealed partial record LambOptions
{
    /// <summary>Gets whether the optimizer keeps a float32 master copy of 16-bit weights; true by default. Not an
    /// option of Keras.</summary>
    /// <remarks>
    /// A step updates the copy and rounds it to the weights. This takes 4 bytes of state per weight and loses nothing.
    /// Without a copy, a change of less than half a unit in the last place of a weight is lost, unless
    /// <see cref="WeightRounding"/> is stochastic. float32 weights never have a copy, so the same options can train
    /// both kinds.
    /// </remarks>
    public bool MasterWeights { get; init; } = true;

    /// <summary>Gets how 16-bit weights without a master copy are rounded; to the nearest by default. Not an option of
    /// Keras.</summary>
    public LambRounding WeightRounding { get; init; }

    /// <summary>Gets the seed for stochastic rounding; 0 by default. Not an option of Keras.</summary>
    /// <remarks>Without stochastic rounding it has no effect, so a program can always pass its seed.</remarks>
    public int RoundingSeed { get; init; }

    /// <summary>Gets the data type of both moments: float32, the default, or bfloat16. Not an option of
    /// Keras.</summary>
    /// <remarks>
    /// In bfloat16 they take half the memory and have 8 significant bits. They are rounded stochastically, because
    /// rounded to the nearest a second moment would never shrink. Rounding errors accumulate over 1 / (1 − β₂) steps: u
    /// is off by about 2 % (root mean square), one element in thousands by up to 10 %, and right on average.
    /// </remarks>
    public LambDataType MomentDataType { get; init; }

    private void ValidateStorage(ArgumentRules rules)
    {
        bool isStochastic = WeightRounding == LambRounding.Stochastic;
        rules.Defined(WeightRounding)
            .Require(
                MomentDataType is LambDataType.Float32 or LambDataType.BFloat16,
                nameof(MomentDataType),
                "be Float32 or BFloat16",
                MomentDataType)
            .Require(
                !isStochastic || !MasterWeights,
                nameof(WeightRounding),
                "be Nearest where MasterWeights is true, since a master copy loses nothing",
                WeightRounding);
    }
}
