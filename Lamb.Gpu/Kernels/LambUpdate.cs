using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Lanes;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>The expressions of LAMB that more than one kernel needs.</summary>
/// <remarks>
/// You et al. 2020 (arXiv:1904.00962), Algorithm 2, in the order of keras.optimizers.Lamb:
/// <code>
/// g ← clip(g)
/// w ← w − λη·w
/// u = (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
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

    /// <summary>What weight decay takes away: λη·w, or nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Decay<TLane>(TLane weight, StepScalars k)
        where TLane : struct, ILane<TLane> =>
        (k.Flags & VariableFlags.Decays) != 0 ? weight * TLane.Broadcast(k.WeightDecayRate) : default;

    /// <summary>u, from the moments of this step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Update<TLane>(TLane firstMoment, TLane secondMoment, StepScalars k)
        where TLane : struct, ILane<TLane>
    {
        TLane corrected = secondMoment * TLane.Broadcast(k.SecondMomentCorrection);
        return firstMoment * TLane.Broadcast(k.FirstMomentCorrection)
            / (TLane.Sqrt(corrected) + TLane.Broadcast(k.Epsilon));
    }
}
