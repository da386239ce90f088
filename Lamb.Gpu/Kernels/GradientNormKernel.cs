using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>Sums the squares of the gradients of every tile, and finds those that are not finite.</summary>
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
