using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Lanes;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>The expressions of LAMB that more than one kernel needs.</summary>
/// <remarks>
/// You et al. 2020 (arXiv:1904.00962), Algorithm 2, in the order of keras.optimizers.Lamb; decay comes in at one of
/// three places, and without bias correction both divisors are 1:
/// <code>
/// g ← clip(g) [+ λ·w]
/// w ← w [− λη·w]
/// u = (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε) [+ λ·w]
/// </code>
/// </remarks>
internal static class LambUpdate
{
    /// <summary>g, clipped by value or by a norm; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Clipped<TLane>(TLane gradient, StepScalars k)
        where TLane : struct, ILane<TLane>
    {
        if (k.ClipsValue)
        {
            gradient = TLane.Clamp(gradient, k.ClipLimit);
        }

        return k.ClipMode == ClipMode.None ? gradient : gradient * TLane.Broadcast(k.ClipFactor);
    }

    /// <summary>g, clipped, and with its share of the weight where decay is of the gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Gradient<TLane>(TLane gradient, TLane weight, StepScalars k)
        where TLane : struct, ILane<TLane>
    {
        gradient = Clipped(gradient, k);
        return (k.Flags & VariableFlags.DecaysGradient) != 0
            ? gradient + weight * TLane.Broadcast(k.WeightDecay)
            : gradient;
    }

    /// <summary>What decoupled weight decay takes away: λη·w, or nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Decay<TLane>(TLane weight, StepScalars k)
        where TLane : struct, ILane<TLane> =>
        (k.Flags & VariableFlags.Decays) != 0 ? weight * TLane.Broadcast(k.WeightDecayRate) : default;

    /// <summary>u, from the moments of this step and the weight before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Update<TLane>(TLane firstMoment, TLane secondMoment, TLane weight, StepScalars k)
        where TLane : struct, ILane<TLane>
    {
        TLane corrected = secondMoment * TLane.Broadcast(k.SecondMomentCorrection);
        TLane update = firstMoment * TLane.Broadcast(k.FirstMomentCorrection)
            / (TLane.Sqrt(corrected) + TLane.Broadcast(k.Epsilon));
        return (k.Flags & VariableFlags.DecaysUpdate) != 0
            ? update + weight * TLane.Broadcast(k.WeightDecay)
            : update;
    }
}
