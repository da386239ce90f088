namespace Lamb.Gpu.Tests.Laws;

/// <summary>How far two runs of the same trajectory in float32 may be apart for rounding alone, call by call.</summary>
/// <remarks>
/// <para>
/// Two accelerators, or one and the exact numbers, compute the same expressions and differ in three ways. A product
/// and a sum may be contracted to one rounding (fma). A division and a root may be off by 2.5 and 3 units in the last
/// place, which OpenCL allows: 5 and 6 roundings. Sums run in another order, over other lanes: a norm is held to 5e-7
/// of the exact one on every row by the tests of the trust ratio.
/// </para>
/// <para>
/// The gradients must keep the sign of every element and lie in ±[0.5, 1), times what is common to a call. So no moment
/// cancels, and errors stay relative to what they are errors of. An old moment has a share of the new one of at most
/// sβ/(sβ + 1 − β), s the spread: 2 in a gradient, 4 where a clip factor changes between calls. An update has elements
/// of at most 4 times its root mean square, so a weight moves by at most 4η of the largest weight.
/// </para>
/// <para>
/// The scalars of a step come rounded from the host: one rounding more for each, against the exact numbers.
/// </para>
/// </remarks>
/// <param name="options">What is on.</param>
/// <param name="machines">2 for two accelerators, 1 for one of them and the exact numbers.</param>
internal sealed class RoundingBounds(LambOptions options, int machines)
{
    private const double Division = 5;
    private const double Root = 6;
    private const double LargestOfRms = 4;

    private readonly double rounding = machines / (double)(1 << 24);
    private readonly bool clips =
        options.ClipNorm != null || options.GlobalClipNorm != null || options.NormalizeGradients;

    /// <summary>Gets the bound of a norm of the same numbers, relative to it.</summary>
    public double Norm { get; } = machines * 5e-7;

    /// <summary>Gets the bound of m, relative to each element.</summary>
    public double FirstMoment { get; private set; }

    /// <summary>Gets the bound of v, relative to each element.</summary>
    public double SecondMoment { get; private set; }

    /// <summary>Gets the bound of u, relative to each element.</summary>
    public double Update { get; private set; }

    /// <summary>Gets the bound of w, relative to the largest weight that the variable has had.</summary>
    public double Weight { get; private set; }

    /// <summary>Gets the bound of w̄, relative to the largest weight that the variable has had.</summary>
    public double Average { get; private set; }

    /// <summary>Takes a call that was not skipped.</summary>
    public void Take(bool isUpdate)
    {
        if (isUpdate)
        {
            TakeUpdate();
        }

        if (options.UseEma)
        {
            // Two products and a sum; overwritten weights are averages.
            Average = Math.Max(Average, Weight) + (4 * rounding);
            Weight = options.EmaOverwriteFrequency > 0 ? Average : Weight;
        }
    }

    private void TakeUpdate()
    {
        double gradient = Gradient();
        double spread = clips ? 4 : 2;

        // A difference, a product, a sum, and the rounding of 1 − β; g² is one more, and 1 / (1 − β₁) two.
        FirstMoment = Mix(spread, options.Beta1, FirstMoment, gradient)
            + ((options.GradientAveraging ? 4 : 6) * rounding);
        SecondMoment = Mix(spread * spread, options.Beta2, SecondMoment, (2 * gradient) + rounding) + (4 * rounding);

        // m and v with their corrections, the root, ε, the division.
        Update = FirstMoment + (SecondMoment / 2) + ((2 + 1 + Root + 1 + Division) * rounding);

        // ‖w‖ / ‖u‖ · η · u; then the decay, the sum of both, and the subtraction.
        double change = (2 * Norm) + Weight + (2 * Update) + ((Division + 3) * rounding);
        Weight += (LargestOfRms * options.LearningRate.Number!.Value * change) + (4 * rounding);
    }

    // Each gradient of a window is scaled and added, their mean divided; a clip factor is a norm and two divisions.
    private double Gradient()
    {
        int window = Math.Max(options.GradientAccumulationSteps ?? 1, 1);
        double mean = ((2 * window) + 2 + Division) * rounding;
        return clips ? (2 * mean) + Norm + (((2 * Division) + 3) * rounding) : mean;
    }

    private static double Mix(double spread, LambBeta beta, double before, double now)
    {
        double share = spread * beta.Number!.Value / ((spread * beta.Number!.Value) + 1 - beta.Number!.Value);
        return Math.Max(now, (share * before) + ((1 - share) * now));
    }
}
