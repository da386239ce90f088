using System.Runtime.InteropServices;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>The numbers of one step that are the same for all elements, each rounded once from double.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct StepScalars
{
    /// <summary>1 − β₁.</summary>
    public float OneMinusBeta1;

    /// <summary>1 − β₂.</summary>
    public float OneMinusBeta2;

    /// <summary>1 / (1 − β₁ᵗ).</summary>
    public float FirstMomentCorrection;

    /// <summary>1 / (1 − β₂ᵗ).</summary>
    public float SecondMomentCorrection;

    /// <summary>ε.</summary>
    public float Epsilon;

    /// <summary>η.</summary>
    public float LearningRate;

    /// <summary>λη, the share of each weight that decays.</summary>
    public float WeightDecayRate;

    /// <summary>What is done with the variable whose tile is at hand.</summary>
    public VariableFlags Flags;

    /// <summary>Computes the scalars of step <paramref name="step"/>, counted from 1.</summary>
    public static StepScalars Compute(LambOptions options, double learningRate, long step) => new()
    {
        OneMinusBeta1 = (float)(1 - options.Beta1),
        OneMinusBeta2 = (float)(1 - options.Beta2),
        FirstMomentCorrection = (float)(1 / (1 - Math.Pow(options.Beta1, step))),
        SecondMomentCorrection = (float)(1 / (1 - Math.Pow(options.Beta2, step))),
        Epsilon = (float)options.Epsilon,
        LearningRate = (float)learningRate,
        WeightDecayRate = (float)((options.WeightDecay ?? 0) * learningRate),
    };
}
