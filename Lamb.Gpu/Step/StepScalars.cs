using System.Runtime.InteropServices;

namespace Lamb.Gpu.Step;

/// <summary>The numbers of one call of Step that are the same for all elements, each rounded once from
/// double.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct StepScalars
{
    /// <summary>1 − β₁.</summary>
    public float OneMinusBeta1;

    /// <summary>1 − β₂.</summary>
    public float OneMinusBeta2;

    /// <summary>What a gradient enters the first moment as, besides 1 − β₁: 1, or 1 / (1 − β₁) where it is not
    /// averaged.</summary>
    public float GradientShare;

    /// <summary>1 / (1 − β₁ᵗ), or 1 where the update is not corrected.</summary>
    public float FirstMomentCorrection;

    /// <summary>1 / (1 − β₂ᵗ), or 1 where the update is not corrected.</summary>
    public float SecondMomentCorrection;

    /// <summary>ε.</summary>
    public float Epsilon;

    /// <summary>η.</summary>
    public float LearningRate;

    /// <summary>What the learning rate is corrected by, outside of the trust ratio; 1 where it is not.</summary>
    public float RateCorrection;

    /// <summary>λη, the share of each weight that decays.</summary>
    public float WeightDecayRate;

    /// <summary>λ, where decay comes into the update or into the gradient.</summary>
    public float WeightDecay;

    /// <summary>The least trust ratio.</summary>
    public float TrustRatioMin;

    /// <summary>The greatest trust ratio.</summary>
    public float TrustRatioMax;

    /// <summary>The least ‖w‖ that a trust ratio takes.</summary>
    public float WeightNormMin;

    /// <summary>The greatest ‖w‖ that a trust ratio takes.</summary>
    public float WeightNormMax;

    /// <summary>1 / loss scale.</summary>
    public float GradientScale;

    /// <summary>1 / accumulation steps.</summary>
    public float AccumulationShare;

    /// <summary>The value or the norm that gradients are clipped to; <see cref="ClipMode"/> tells which norm.</summary>
    public float ClipLimit;

    /// <summary>What the gradients of the variable at hand are multiplied by to have the norm that is asked
    /// for.</summary>
    public float ClipFactor;

    /// <summary>The momentum of the average.</summary>
    public float AverageMomentum;

    /// <summary>1 − the momentum of the average; where it is 1, as in the first iteration, the weights are
    /// copied.</summary>
    public float OneMinusAverageMomentum;

    /// <summary>|θ|, the share of the last place by which the rounding of an average is dithered: between 0 and
    /// ½.</summary>
    public float AverageDither;

    /// <summary>What a number and its product with this add up to the neighbour of, in float32, that θ points to: away
    /// from zero or towards it.</summary>
    public float AverageDitherSide;

    /// <summary>What the random bits of this iteration are made of, where results are rounded by chance.</summary>
    public uint RoundingKey;

    /// <summary>1 where the rate comes from a schedule, and so follows the counter of the device.</summary>
    public int RateFollowsIterations;

    /// <summary>1 where a variable that is trained has a gradient: without one the averages rest.</summary>
    public int TrainsAny;

    /// <summary>What this call does with the gradients.</summary>
    public StepPhase Phase;

    /// <summary>What this call does with the average.</summary>
    public AverageMode AverageMode;

    /// <summary>Whether gradients are clipped by a norm or scaled to one, and by which.</summary>
    public ClipMode ClipMode;

    /// <summary>What is done with the variable whose tile is at hand.</summary>
    public VariableFlags Flags;

    /// <summary>After how many finite steps an adapting loss scale doubles; 0 where it does not adapt.</summary>
    public int GrowthSteps;

    /// <summary>What an adapting loss scale is not halved below.</summary>
    public float MinScale;

    /// <summary>What an adapting loss scale is not doubled above.</summary>
    public float MaxScale;

    /// <summary>Whether the loss scale adapts itself: then the device decides what the scalars are.</summary>
    public readonly bool IsDynamic => GrowthSteps > 0;

    /// <summary>Whether the variable at hand moves by an update: it has a gradient that does not overwrite
    /// it.</summary>
    public readonly bool IsTrained =>
        (Flags & (VariableFlags.HasGradient | VariableFlags.Overwrite)) == VariableFlags.HasGradient;

    /// <summary>Whether gradients are clipped by value.</summary>
    public readonly bool ClipsValue => ClipLimit > 0 && ClipMode == ClipMode.None;
}

/// <summary>What a call of Step does with the gradients.</summary>
internal enum StepPhase
{
    /// <summary>Nothing: one of them is not finite.</summary>
    Skip = 0,

    /// <summary>Stores them: the first micro-step of a window.</summary>
    Store = 1,

    /// <summary>Adds them to those of the window.</summary>
    Add = 2,

    /// <summary>Moves the weights.</summary>
    Update = 3,
}

/// <summary>Which norm the gradients are clipped by, or scaled to 1.</summary>
internal enum ClipMode
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>That of the variable.</summary>
    Variable = 1,

    /// <summary>That of all variables.</summary>
    Global = 2,

    /// <summary>That of all variables, which becomes 1 whatever it was.</summary>
    Normalize = 3,
}

/// <summary>What a call of Step does with the average of the weights.</summary>
internal enum AverageMode
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Moves it towards the weights.</summary>
    Move = 1,

    /// <summary>Moves it, then writes it over the weights.</summary>
    MoveAndOverwrite = 2,
}
