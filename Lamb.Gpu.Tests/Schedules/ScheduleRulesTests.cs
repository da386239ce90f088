using System.Text.Json;

namespace Lamb.Gpu.Tests.Schedules;

/// <summary>What a schedule refuses: all that Keras does, and arguments that give no rate.</summary>
[TestClass]
public class ScheduleRulesTests
{
    private static readonly Dictionary<string, (Action Make, string Text)> KerasCases = new()
    {
        ["ExponentialDecay(decay_steps=0)"] =
            (() => _ = new ExponentialDecay(0.1, 0, 0.9), "DecaySteps must be finite and greater than 0, was 0."),
        ["PolynomialDecay(decay_steps=-1)"] =
            (() => _ = new PolynomialDecay(0.1, -1), "DecaySteps must be finite and greater than 0, was -1."),
        ["InverseTimeDecay(decay_steps=0)"] =
            (() => _ = new InverseTimeDecay(0.1, 0, 0.5), "DecaySteps must be finite and greater than 0, was 0."),
        ["CosineDecay(decay_steps=0)"] =
            (() => _ = new CosineDecay(0.1, 0), "DecaySteps must be finite and greater than 0, was 0."),
        ["CosineDecayRestarts(first_decay_steps=0)"] =
            (() => _ = new CosineDecayRestarts(0.1, 0), "FirstDecaySteps must be finite and greater than 0, was 0."),
        ["PiecewiseConstantDecay([1,2],[0.1,0.2])"] =
            (() => _ = new PiecewiseConstantDecay([1, 2], [0.1, 0.2]),
                "Values must be one more than the 2 boundaries [1, 2], was 2: [0.1, 0.2]."),
    };

    public static IEnumerable<object[]> RecordedCases => KerasRecords.Errors
        .Select(recorded => recorded.GetProperty("case").GetString()!)
        .Where(text => Examples.BuiltIn.Any(schedule =>
            text.StartsWith($"{schedule.GetType().Name}(", StringComparison.Ordinal)))
        .Select(text => new object[] { text });

    public static IEnumerable<object[]> BuiltIn => Examples.BuiltIn.Select(schedule => new object[] { schedule });

    [TestMethod]
    [DynamicData(nameof(RecordedCases))]
    public void WhatKerasRefusesIsRefused(string recorded)
    {
        JsonElement keras = KerasRecords.Errors.Single(each => each.GetProperty("case").GetString() == recorded);
        (Action make, string text) = KerasCases[recorded];
        Assert.AreEqual("ValueError", keras.GetProperty("raises").GetString());
        Assert.AreEqual(text, Assert.ThrowsExactly<ArgumentException>(make).Message);
    }

    [TestMethod]
    public void EveryRecordedRefusalIsTested() =>
        CollectionAssert.AreEquivalent(
            KerasCases.Keys.ToArray<object>(), RecordedCases.Select(row => row[0]).ToArray());

    [TestMethod]
    public void EveryBrokenRuleIsNamedAtOnce() => Assert.AreEqual(
        "InitialLearningRate must be finite, was NaN. DecaySteps must be finite and greater than 0, was -1. "
        + "Alpha must be finite, was Infinity. WarmupTarget must be finite, was NaN. "
        + "WarmupSteps must be finite and not negative, was -2. Name must not contain '/', was 'a/b'.",
        Assert.ThrowsExactly<ArgumentException>(() => _ = new CosineDecay(
            double.NaN, -1, double.PositiveInfinity, "a/b", double.NaN, -2)).Message);

    [TestMethod]
    public void BoundariesMustNotDecreaseNorBeMissing()
    {
        Assert.AreEqual(
            "Boundaries must not decrease, was [2.5, 1].",
            Assert.ThrowsExactly<ArgumentException>(() => _ = new PiecewiseConstantDecay([2.5, 1], [1, 2, 3])).Message);
        Assert.AreEqual(
            "Boundaries must hold at least one step, was empty.",
            Assert.ThrowsExactly<ArgumentException>(() => _ = new PiecewiseConstantDecay([], [1])).Message);
        Assert.ThrowsExactly<ArgumentNullException>(() => _ = new PiecewiseConstantDecay(null!, [1]));
        Assert.ThrowsExactly<ArgumentNullException>(() => _ = new PiecewiseConstantDecay([1], null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => _ = new CosineDecay(0.1, 1, name: null!));
    }

    [TestMethod]
    [DynamicData(nameof(BuiltIn))]
    public void NegativeIterationsAreRefused(LearningRateSchedule schedule) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => schedule.RateAt(-1));
}
