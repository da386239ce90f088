using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Step;

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
    public static TPack Clipped<TPack>(TPack gradient, StepScalars k)
        where TPack : struct, IPack<TPack>
    {
        if (k.ClipsValue)
        {
            gradient = TPack.Clamp(gradient, k.ClipLimit);
        }

        return k.ClipMode == ClipMode.None ? gradient : gradient * TPack.Broadcast(k.ClipFactor);
    }

    /// <summary>g, clipped, and with its share of the weight where decay is of the gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Gradient<TPack>(TPack gradient, TPack weight, StepScalars k)
        where TPack : struct, IPack<TPack>
    {
        gradient = Clipped(gradient, k);
        return (k.Flags & VariableFlags.DecaysGradient) != 0
            ? gradient + weight * TPack.Broadcast(k.WeightDecay)
            : gradient;
    }

    /// <summary>What decoupled weight decay takes away: λη·w, or nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Decay<TPack>(TPack weight, StepScalars k)
        where TPack : struct, IPack<TPack> =>
        (k.Flags & VariableFlags.Decays) != 0 ? weight * TPack.Broadcast(k.WeightDecayRate) : default;

    /// <summary>u, from the moments of this step and the weight before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Update<TPack>(TPack firstMoment, TPack secondMoment, TPack weight, StepScalars k)
        where TPack : struct, IPack<TPack>
    {
        TPack corrected = secondMoment * TPack.Broadcast(k.SecondMomentCorrection);
        TPack update = firstMoment * TPack.Broadcast(k.FirstMomentCorrection)
            / (TPack.Sqrt(corrected) + TPack.Broadcast(k.Epsilon));
        return (k.Flags & VariableFlags.DecaysUpdate) != 0
            ? update + weight * TPack.Broadcast(k.WeightDecay)
            : update;
    }
}
