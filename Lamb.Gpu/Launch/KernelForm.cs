using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Launch;

/// <summary>The form that options and variables ask of the kernels.</summary>
/// <param name="Accumulates">Whether an update takes several gradients.</param>
/// <param name="IsPlain">Whether the last stage does nothing but apply.</param>
/// <param name="OwnsWeights">Whether nobody but the optimizer writes the weights.</param>
/// <param name="IsFused">Whether all stages of an update are one launch.</param>
/// <param name="IsEager">Whether what every step launches is compiled with the optimizer.</param>
/// <param name="DataTypes">How the numbers lie in memory.</param>
internal readonly record struct KernelForm(
    bool Accumulates, bool IsPlain, bool OwnsWeights, bool IsFused, bool IsEager, KernelDataTypes DataTypes)
{
    /// <summary>Gets whether a master copy that is new has to look at weights that later only steps write.</summary>
    public bool Adopts => OwnsWeights && DataTypes.KeepsMasters;

    /// <summary>Gets the form that looks at them; a step launches nothing of it.</summary>
    public KernelForm Adopting => this with { OwnsWeights = false, IsEager = false };

    /// <summary>Gets whether Σw² is compiled with the optimizer.</summary>
    public bool LoadsWeightNorm => IsEager && OwnsWeights && !Adopts;

    /// <summary>Gets whether moments and trust ratios are, as stages of their own.</summary>
    public bool LoadsStages => IsEager && !IsFused;

    /// <summary>Gets whether the apply is: micro-steps launch it alone.</summary>
    public bool LoadsApply => IsEager && (!IsFused || Accumulates);

    /// <summary>Gets whether the one launch of all three is.</summary>
    public bool LoadsFused => IsEager && IsFused;

    /// <summary>The form for an optimizer whose variables are all float32.</summary>
    public static KernelForm Of(LambOptions options, IEnumerable<LambVariable> variables, Tuning tuning)
    {
        bool accumulates = options.GradientAccumulationSteps > 1;
        bool isPlain = !accumulates && !options.UseEma && variables.All(variable => !variable.OverwriteWithGradient);
        return new(
            accumulates,
            isPlain,
            options.WeightAccess != LambWeightAccess.Shared,
            tuning.Claim != null,
            IsEager: true,
            new KernelDataTypes(default, options.MomentDataType, options.MasterWeights, options.WeightRounding));
    }

    /// <summary>The same for variables that lie in memory in this way.</summary>
    public KernelForm For(DataTypePair pair) => this with
    {
        DataTypes = DataTypes with
        {
            Pair = pair,
            KeepsMasters = DataTypes.KeepsMasters && pair.Weights != LambDataType.Float32,
        },
    };
}

/// <summary>How the numbers that a kernel streams lie in memory.</summary>
/// <param name="Pair">Weights and gradients.</param>
/// <param name="Moments">Both moments.</param>
/// <param name="KeepsMasters">Whether there is a master copy in float32 of weights of 16 bits.</param>
/// <param name="Rounding">How weights of 16 bits without one are rounded.</param>
internal readonly record struct KernelDataTypes(
    DataTypePair Pair, LambDataType Moments, bool KeepsMasters, LambRounding Rounding)
{
    /// <summary>Gets whether all of them are float32.</summary>
    public bool IsSingle => Pair == default && Moments == LambDataType.Float32;
}
