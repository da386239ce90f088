namespace Lamb.Gpu.Golden;

/// <summary>The measure of correctness: how far a target is from Keras, and how far it may be.</summary>
/// <remarks>
/// The error of a tensor is max|a − b| over its elements in shares of its <see cref="TensorScale"/>, the largest over
/// all steps that the file records. NaN and each infinity must be where they are in Keras, exactly.
/// <para>
/// Where rounding is all that lies between the two runs of Keras, the truth is its float64 run, and a target may be no
/// further from it than the float32 run is, plus the rounding of the last place, (1 + √n) · 2⁻²³ after n updates.
/// 2⁻²³ of the magnitude is one unit in the last place. Every update rounds every element, by at most half a unit and
/// to either side as it happens, so that n updates come to √(n / 12) units by the standard deviation and to √n at
/// 3.5 of them; one more unit is there for the order of the sums and of the operations, which is not the same in Keras.
/// </para>
/// <para>
/// An average is rounded anew on every step, those that only accumulate among them, so that n counts these; the errors
/// of the weights that go into it are theirs, shrunk and not grown. An accumulator starts at zero after every update:
/// n is the count of gradients that make one. What is saved is measured as what it was saved from.
/// </para>
/// <para>
/// Otherwise float32 is the truth (float64 does not overflow where it does). There both sides have been rounded, which
/// allows moments and accumulators twice the rounding above. Weights, and the averages of them, may be off by 2e-6, and
/// by 1e-5 where a trust ratio is 1 because a norm underflows: Keras computes 1 − β₂ᵗ in float32, up to 6.5e-6 off
/// after the root, which cancels in every other trust ratio.
/// </para>
/// <para>
/// Below the smallest normal number the unit in the last place stays as it is there, so no scale is less. A device
/// that flushes such numbers to zero cannot give what Keras gives: see <see cref="Denormals"/>.
/// </para>
/// </remarks>
internal static class TrajectoryError
{
    private const double Unit = 1.0 / (1 << 23);
    private const double SmallestNormalFloat = 1.1754943508222875e-38;
    private const double SmallestNormalDouble = 2.2250738585072014e-308;

    /// <summary>Measures a float32 target and sets its bounds.</summary>
    public static IReadOnlyList<TensorError> OfFloat32(Trajectory trajectory, IReadOnlyList<PlayedAction> played)
    {
        double weightBound = trajectory.Tags.Contains("float32_only") ? 1e-5 : 2e-6;
        TensorError Measure(TensorSeries series)
        {
            double rounding = (1 + Math.Sqrt(series.Roundings)) * Unit;
            if (!trajectory.Float32VsFloat64.Comparable)
            {
                (double error, int steps) = Worst(series.Ours, series.Float32, series, SmallestNormalFloat);
                double bound = series.FollowsWeights ? weightBound : 2 * rounding;
                return new TensorError(series.Name, series.IsWeights, error, 0, bound, steps);
            }

            (double ours, int compared) = Worst(series.Ours, series.Float64, series, SmallestNormalFloat);
            (double keras, _) = Worst(series.Float32, series.Float64, series, SmallestNormalFloat);
            return new TensorError(series.Name, series.IsWeights, ours, keras, keras + rounding, compared);
        }

        return [.. TensorSeries.Of(trajectory, played).Select(Measure)];
    }

    /// <summary>Measures a target in double precision against the float64 run.</summary>
    public static IReadOnlyList<TensorError> OfFloat64(
        Trajectory trajectory, IReadOnlyList<PlayedAction> played, double bound) =>
        [.. TensorSeries.Of(trajectory, played).Select(series =>
        {
            (double error, int steps) = Worst(series.Ours, series.Float64, series, SmallestNormalDouble);
            return new TensorError(series.Name, series.IsWeights, error, 0, bound, steps);
        })];

    /// <summary>Measures a target against another one that has played the same, in double, where Keras is recorded: the
    /// bounds are those of <see cref="OfFloat32"/>.</summary>
    public static IReadOnlyList<TensorError> Between(
        Trajectory trajectory, IReadOnlyList<PlayedAction> played, IReadOnlyList<PlayedAction> truth) =>
    [
        .. OfFloat32(trajectory, played).Zip(
            TensorSeries.Of(trajectory, played).Zip(TensorSeries.Of(trajectory, truth)),
            (bounds, series) =>
            {
                double[]?[] expected = [.. series.Second.Ours.Zip(
                    series.First.Float64, (tensor, recorded) => recorded == null ? null : tensor)];
                (double error, int steps) = Worst(series.First.Ours, expected, series.First, SmallestNormalFloat);
                return bounds with { Ours = error, Steps = steps };
            }),
    ];

    private static (double Error, int Steps) Worst(
        IReadOnlyList<double[]?> actual, IReadOnlyList<double[]?> expected, TensorSeries series, double smallestScale)
    {
        double worst = 0;
        int steps = 0;
        for (int i = 0; i < expected.Count; i++)
        {
            if (actual[i] is { } a && expected[i] is { } b)
            {
                worst = Math.Max(worst, Difference(a, b) / Math.Max(series.Scales[i], smallestScale));
                steps++;
            }
        }

        return (worst, steps);
    }

    private static double Difference(double[] actual, double[] expected) => actual.Length == expected.Length
        ? actual.Zip(expected, Difference).DefaultIfEmpty(0).Max()
        : double.PositiveInfinity;

    private static double Difference(double actual, double expected)
    {
        if (actual.Equals(expected) || actual == expected)
        {
            return 0;
        }

        return double.IsFinite(actual) && double.IsFinite(expected)
            ? Math.Abs(actual - expected)
            : double.PositiveInfinity;
    }
}

/// <summary>How far one tensor is from that of Keras at the worst of its steps, in shares of its magnitude.</summary>
/// <param name="Tensor">Its name.</param>
/// <param name="Ours">The error of the target.</param>
/// <param name="Keras">The error of the float32 run of Keras, 0 where that run is what is compared with.</param>
/// <param name="Bound">What the error may be.</param>
/// <param name="IsWeights">Whether it is what is trained, and not state of the optimizer.</param>
/// <param name="Steps">At how many steps it was compared.</param>
internal sealed record TensorError(
    string Tensor, bool IsWeights, double Ours, double Keras, double Bound, int Steps)
{
    /// <summary>Gets whether the error is within its bound; NaN is not.</summary>
    public bool Holds => Ours <= Bound;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"{Tensor}: error {Ours:e2}, Keras {Keras:e2}, bound {Bound:e2}, {Steps} steps");
}
