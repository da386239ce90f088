using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Algorithms;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Step;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Kernels;

/// <summary>Sums the squares of the gradients of every tile, and detects gradients that are not finite.</summary>
/// <remarks>
/// What clipping by a norm and an adapting loss scale must know before anything is written, in one pass:
/// <code>
/// Σg²,  Σ(2⁸⁷·g)² + Σ(g − g)
/// </code>
/// The second is NaN where a gradient as the caller wrote it is infinite or NaN. Where the first has lost what is below
/// the range of float32, the norm is that of the second.
/// </remarks>
internal readonly struct GradientNormKernel<TGradient> : ITileKernel
    where TGradient : struct, IGradient
{
    /// <inheritdoc/>
    public static Streams Reads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TGradient.Reads;
    }

    /// <inheritdoc/>
    public static Streams Writes => Streams.None;

    /// <summary>The kernel: each group takes every tile whose index is its own modulo the number of groups.</summary>
    public static void Run<TWorker>(StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
    {
        int groups = Grid.DimX;
        if (k.IsDynamic)
        {
            k.GradientScale = 1 / views.LossScale[0].Scale;
        }

        for (int index = Grid.IdxX; index < views.Tiles.IntLength; index += groups)
        {
            Tile tile = views.Tiles[index];
            VariableFlags flags = views.VariableFlags[tile.Variable];
            var sums = default(SquareSums<float>);
            if ((flags & VariableFlags.HasGradient) != 0)
            {
                sums = TWorker.Total(TWorker.ForEach<GradientNormKernel<TGradient>>(tile, views, k));
            }

            if (TWorker.Lane == 0)
            {
                // A gradient that overwrites is not clipped, and so has no part in the norm of the others.
                views.TileSums[index] = (flags & VariableFlags.Overwrite) != 0 ? GradientSums.OfNone(sums) : sums;
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Compute<TPack>(ref Element<TPack> e, ref SquareSums<TPack> sums, StepScalars k)
        where TPack : struct, IPack<TPack>
    {
        TPack gradient = TGradient.Of(e, k);
        sums.Gradient += gradient * gradient;
        TPack scaled = gradient * TPack.Broadcast(GradientSums.Scale);
        TPack finite = TPack.FirstIfFinite(scaled * scaled, TPack.Broadcast(float.MaxValue));
        sums.ScaledGradient += finite + (e.Gradient - e.Gradient);
    }
}

/// <summary>What the two sums over gradients say: their norm, over all that float32 holds below 2⁶⁴, and whether all
/// are finite.</summary>
/// <remarks>
/// <code>
/// ‖g‖ = Σg² ≥ 2⁻⁶⁰ ? √Σg² : √Σ(2⁸⁷·g)² / 2⁸⁷
/// </code>
/// Squares vanish below 2⁻⁷⁴, and are short of bits below 2⁻⁶³; times 2⁸⁷ those of the least numbers are neither, and
/// those of a norm of 2⁻³⁰ do not overflow. From there on what vanishes of Σg² is less than its rounding.
/// </remarks>
internal static class GradientSums
{
    /// <summary>2⁸⁷.</summary>
    public const float Scale = 1.5474250491067253e26f;

    private const float Unscale = 1 / Scale;
    private const float LeastSum = 8.673617379884035e-19f;

    /// <summary>‖g‖; infinite from 2⁶⁴ on, and NaN where a gradient is.</summary>
    public static float Norm(SquareSums<float> sums) => !XMath.IsNaN(sums.Gradient) && sums.Gradient < LeastSum
        ? XMath.Sqrt(sums.ScaledGradient) * Unscale
        : XMath.Sqrt(sums.Gradient);

    /// <summary>Whether every gradient is finite.</summary>
    public static bool AreFinite(SquareSums<float> sums) => !XMath.IsNaN(sums.ScaledGradient);

    /// <summary>The sums of gradients whose norm is not asked for.</summary>
    public static SquareSums<float> OfNone(SquareSums<float> sums) => new()
    {
        ScaledGradient = AreFinite(sums) ? 0 : float.NaN,
    };
}
