using System.Text.Json;
using CsCheck;
using Lamb.Gpu.Configuration;

namespace Lamb.Gpu.Tests.Schedules;

/// <summary>Laws of the schedules that hold for every argument.</summary>
[TestClass]
public class LearningRateScheduleTests
{
    private static readonly Gen<double> Rates = Gen.Double[1e-6, 1];
    private static readonly Gen<int> Counts = Gen.Int[1, 1000];

    [TestMethod]
    public void ExponentialDecayMultipliesByItsRateOverAPeriod() =>
        Gen.Select(Rates, Counts, Gen.Double[0.1, 1], Gen.Int[0, 10_000]).Sample((rate, period, factor, iteration) =>
        {
            var schedule = new ExponentialDecay(rate, period, factor);
            AssertClose(factor * schedule.RateAt(iteration), schedule.RateAt(iteration + period), rate);
        });

    [TestMethod]
    public void StaircasesStandStillWithinAPeriod() =>
        Gen.Select(Rates, Counts, Gen.Double[0.1, 1], Gen.Int[0, 10_000]).Sample((rate, period, factor, iteration) =>
        {
            long start = iteration / period * (long)period;
            foreach (bool inverse in new[] { false, true })
            {
                LearningRateSchedule Make(bool staircase) => inverse
                    ? new InverseTimeDecay(rate, period, factor, staircase)
                    : new ExponentialDecay(rate, period, factor, staircase);
                Assert.AreEqual(Make(true).RateAt(start), Make(true).RateAt(iteration));
                Assert.AreEqual(Make(false).RateAt(start), Make(true).RateAt(iteration));
            }
        });

    [TestMethod]
    public void PolynomialDecayEndsAtItsEndAndStays() =>
        Gen.Select(Rates, Rates, Counts, Gen.Double[0.1, 4], Gen.Int[0, 1000]).Sample((rate, end, steps, power, more) =>
        {
            Assert.AreEqual(end, new PolynomialDecay(rate, steps, end, power).RateAt(steps + more));
            Assert.AreEqual(end, new PolynomialDecay(rate, steps, end, power, true).RateAt((long)steps * (more + 1)));
        });

    [TestMethod]
    public void PolynomialDecayHasARateForFractionalSteps() =>
        Gen.Select(Gen.Double[0.01, 3], Gen.Int[0, 1000]).Sample((steps, iteration) =>
            double.IsFinite(new PolynomialDecay(0.1, steps, 0, 0.5, true).RateAt(iteration)));

    [TestMethod]
    public void CosineDecayRisesToItsTargetAndFallsToItsFloor() =>
        Gen.Select(Rates, Rates, Counts, Counts, Gen.Double[0, 1]).Sample((rate, target, rise, fall, alpha) =>
        {
            var schedule = new CosineDecay(rate, fall, alpha, warmupTarget: target, warmupSteps: rise);
            AssertClose(rate, schedule.RateAt(0), 1);
            AssertClose(target, schedule.RateAt(rise), 1);
            AssertClose(target * alpha, schedule.RateAt(rise + fall), 1);
            Assert.AreEqual(schedule.RateAt(rise + fall), schedule.RateAt(rise + fall + 7L));
        });

    [TestMethod]
    public void CosineDecayRestartsExactlyWhereAPeriodEnds()
    {
        foreach (int times in new[] { 1, 2, 3, 4, 5, 10 })
        {
            var schedule = new CosineDecayRestarts(0.1, 7, times, 0.5);
            long start = 0;
            for (int period = 0; start < 1_000_000 && period < 12; period++)
            {
                AssertClose(0.1 * Math.Pow(0.5, period), schedule.RateAt(start), 0.1);
                start += 7 * (long)Math.Pow(times, period);
            }
        }
    }

    [TestMethod]
    public void CosineDecayRestartsHaveNoRateAfterShrinkingPeriodsHaveEnded()
    {
        var schedule = new CosineDecayRestarts(0.1, 10, 0.5);
        Assert.IsTrue(double.IsFinite(schedule.RateAt(19)));
        Assert.IsTrue(double.IsNaN(schedule.RateAt(20)));
        Assert.IsTrue(double.IsNaN(schedule.RateAt(21)));
    }

    [TestMethod]
    public void PiecewiseConstantDecayCopiesItsLists()
    {
        double[] boundaries = [1];
        double[] values = [0.5, 0.25];
        var schedule = new PiecewiseConstantDecay(boundaries, values);
        boundaries[0] = values[0] = values[1] = 9;
        Assert.AreEqual(0.5, schedule.RateAt(1));
        Assert.AreEqual(0.25, schedule.RateAt(2));
    }

    [TestMethod]
    public void EqualArgumentsMakeEqualSchedules()
    {
        LearningRateSchedule[] once = Examples.BuiltIn;
        LearningRateSchedule[] again = Examples.BuiltIn;
        for (int i = 0; i < once.Length; i++)
        {
            for (int j = 0; j < again.Length; j++)
            {
                Assert.AreEqual(i == j, once[i].Equals(again[j]), $"{once[i]} and {again[j]}");
            }

            Assert.AreEqual(once[i].GetHashCode(), again[i].GetHashCode());
        }

        Assert.AreNotEqual(new PiecewiseConstantDecay([1], [1, 2]), new PiecewiseConstantDecay([1], [1, 3]));
        Assert.AreNotEqual<LearningRateSchedule>(
            new ExponentialDecay(0.1, 1, 0.5, false, "x"), new InverseTimeDecay(0.1, 1, 0.5, false, "x"));
    }

    [TestMethod]
    public void AScheduleThatIsNotBuiltInEqualsItselfAlone()
    {
        var schedule = new Examples.Harmonic();
        Assert.AreEqual(schedule, schedule);
        Assert.AreNotEqual(schedule, new Examples.Harmonic());
        Assert.AreEqual("Harmonic", schedule.ToString());
    }

    [TestMethod]
    public void TextNamesTypeAndArguments()
    {
        Assert.AreEqual(
            "CosineDecay(initial_learning_rate=0.1, decay_steps=1000, alpha=0, name=CosineDecay, warmup_target=null, "
            + "warmup_steps=0)",
            new CosineDecay(0.1, 1000).ToString());
        Assert.AreEqual(
            "PiecewiseConstantDecay(boundaries=[1, 2.5], values=[1, 0.5, 0.1], name=pw)",
            new PiecewiseConstantDecay([1, 2.5], [1, 0.5, 0.1], "pw").ToString());
    }

    [TestMethod]
    public void AnIntegerInitialRateIsADouble()
    {
        using var config = JsonDocument.Parse("""
            {"class_name":"CosineDecay","config":
            {"initial_learning_rate":0,"decay_steps":4,"warmup_target":1,"warmup_steps":2}}
            """);
        Assert.AreEqual(0.5, ScheduleJson.Read(config.RootElement).RateAt(1));
    }

    private static void AssertClose(double expected, double actual, double scale) =>
        Assert.IsTrue(Math.Abs(expected - actual) <= 1e-12 * scale, $"Expected {expected:R}, was {actual:R}.");
}
