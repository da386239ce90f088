namespace Lamb.Gpu.Tests.Schedules;

/// <summary>One schedule of every built-in type, and one that is not built in.</summary>
internal static class Examples
{
    public static LearningRateSchedule[] BuiltIn =>
    [
        new CosineDecay(0.01, 5, 0.05, "cw", 0.1, 4),
        new CosineDecayRestarts(0.1, 3, 2, 0.8, 0.1),
        new ExponentialDecay(0.1, 3, 0.7, true, "stairs"),
        new InverseTimeDecay(0.1, 2.5, 0.5),
        new PiecewiseConstantDecay([2, 4.5], [0.1, 0.03, 0.2]),
        new PolynomialDecay(0.1, 6, 0.01, 0.5, true),
    ];

    /// <summary>A rate that falls as one over the iterations.</summary>
    public sealed class Harmonic : LearningRateSchedule
    {
        public override double RateAt(long iteration) => 1.0 / iteration;
    }
}
