using Lamb.Gpu.Arguments;

namespace Lamb.Gpu;

/// <content>How weights of 16 bits and moments are kept; Keras has none of it.</content>
public sealed partial record LambOptions
{
    /// <summary>Gets whether weights of 16 bits have a master copy in float32, which belongs to the optimizer; true by
    /// default. Not an option of Keras.</summary>
    /// <remarks>
    /// A step moves the copy and rounds it to the weights: 4 bytes of state a weight, and nothing is lost. Without it a
    /// weight that moves by less than half of its last place stays where it is, unless <see cref="WeightRounding"/> is
    /// stochastic. Weights in float32 never have one: the same options may train both kinds.
    /// </remarks>
    public bool MasterWeights { get; init; } = true;

    /// <summary>Gets how weights of 16 bits without a master copy are rounded; to the nearest by default. Not an option
    /// of Keras.</summary>
    public LambRounding WeightRounding { get; init; }

    /// <summary>Gets what chance begins with where results are rounded by it; 0 by default. Not an option of
    /// Keras.</summary>
    /// <remarks>Where nothing is rounded by chance it changes nothing, so that a program may give its one seed whatever
    /// the storage.</remarks>
    public int RoundingSeed { get; init; }

    /// <summary>Gets how both moments lie in memory: float32, the default, or bfloat16. Not an option of
    /// Keras.</summary>
    /// <remarks>
    /// In bfloat16 they take half the memory and have 8 bits each, rounded by chance, since to the nearest a second
    /// moment would never shrink. Roundings add up over 1 / (1 − β₂) steps: u is off by some 2 % (root mean square),
    /// one element of thousands by up to 10 %, and right on average.
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
