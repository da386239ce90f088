namespace Lamb.Gpu.Tests.Reference;

/// <summary>Clips gradients, g, as Keras does; not a number and infinity go where these equations take them.</summary>
/// <remarks>
/// <code>
/// clipnorm c:         g ← g·c / max(‖g‖, c)                         a variable
/// clipvalue c:        g ← min(max(g, −c), c)                        an element
/// global_clipnorm c:  g ← g·(c·min(1/n, 1/c) + (n − n)),  n = ‖g‖   of all variables
/// to a norm of 1:     g ← n = 0 ? g : g·(1/n + (n − n)),  n = ‖g‖   of all variables
/// </code>
/// n − n is 0, or NaN where n is not finite. A minimum or a maximum with NaN is NaN. An option of 0 or less is off.
/// </remarks>
internal static class GradientClip
{
    /// <summary>Makes clipped gradients; the same ones where no option is on.</summary>
    public static IReadOnlyList<double[]> Apply(ReferenceOptions options, IReadOnlyList<double[]> gradients) =>
        options switch
        {
            { ClipNorm: > 0 and var c } => [.. gradients.Select(gradient => ByNorm(gradient, c))],
            { ClipValue: > 0 and var c } => [.. gradients.Select(gradient => ByValue(gradient, c))],
            { GlobalClipNorm: > 0 and var c } => ByGlobalNorm(gradients, n => c * Math.Min(1 / n, 1 / c)),
            { NormalizeGradients: true } => ByGlobalNorm(gradients, n => n == 0 ? 1 : 1 / n),
            _ => gradients,
        };

    private static double[] ByNorm(double[] gradient, double clip)
    {
        double divisor = Math.Max(Elements.Norm(gradient), clip);
        return Elements.Map(gradient, g => g * clip / divisor);
    }

    private static double[] ByValue(double[] gradient, double clip) =>
        Elements.Map(gradient, g => Math.Min(Math.Max(g, -clip), clip));

    private static IReadOnlyList<double[]> ByGlobalNorm(
        IReadOnlyList<double[]> gradients, Func<double, double> factorOf)
    {
        double norm = Math.Sqrt(gradients.Sum(Elements.SquareSum));
        double factor = factorOf(norm) + (norm - norm);
        return [.. gradients.Select(gradient => Elements.Map(gradient, g => g * factor))];
    }
}
