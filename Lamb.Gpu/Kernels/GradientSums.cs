using ILGPU.Algorithms;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

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
