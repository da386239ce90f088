using System.Runtime.InteropServices;

namespace Lamb.Gpu.Step;

/// <summary>Two sums over some elements: of squares, and of what else their kernel needs.</summary>
/// <typeparam name="TPack">The lane that adds them: one sum for each of its places.</typeparam>
[StructLayout(LayoutKind.Sequential)]
internal struct SquareSums<TPack>
    where TPack : struct
{
    /// <summary>Σu² of a moment update; Σg² of a gradient norm.</summary>
    public TPack Update;

    /// <summary>Σw² of a moment update, of the decayed weights.</summary>
    public TPack Weight;

    /// <summary>Σg², in the place of Σu²: no kernel sums both.</summary>
    public TPack Gradient
    {
        readonly get => Update;
        set => Update = value;
    }

    /// <summary>Σ(2⁸⁷·g)², in the place of Σw²; NaN where a gradient is not finite.</summary>
    public TPack ScaledGradient
    {
        readonly get => Weight;
        set => Weight = value;
    }
}

/// <summary>‖w‖, ‖u‖ and the trust ratio of one variable.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TrustRatio
{
    /// <summary>‖w‖ of the decayed weights.</summary>
    public float WeightNorm;

    /// <summary>‖u‖.</summary>
    public float UpdateNorm;

    /// <summary>φ(‖w‖) / ‖u‖ within its limits, or 1 where one of them is zero or NaN, or where the variable is
    /// excluded.</summary>
    public float Value;
}

/// <summary>The loss scale that adapts itself, and the counters that only advance with it; on the device.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LossScaleState
{
    /// <summary>Gradients taken, micro-steps included, skipped ones not.</summary>
    public long RawIterations;

    /// <summary>What the loss is multiplied by.</summary>
    public float Scale;

    /// <summary>Finite steps since the scale has changed.</summary>
    public int FiniteSteps;

    /// <summary>Skipped steps in a row.</summary>
    public int SkippedInARow;

    /// <summary>Calls that the device has decided on, since the optimizer was made.</summary>
    public long Calls;

    /// <summary>The sum of both counters: what a copy of this holds that is not whole is told by it.</summary>
    public long Check;

    /// <summary>1 where the next window goes on with the sums that there are: where the last one ended with gradients
    /// that overwrite alone, or where a state was loaded.</summary>
    public int KeepsSums;
}
