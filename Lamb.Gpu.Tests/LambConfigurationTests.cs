using System.Text.Json;
using CsCheck;
using Lamb.Gpu.Tests.Configuration;
using Lamb.Gpu.Tests.Schedules;

namespace Lamb.Gpu.Tests;

/// <summary>Options to JSON and back, and every exception on the way.</summary>
[TestClass]
public class LambConfigurationTests
{
    private const string Remedy =
        " Code has no form in a config: write the options with a number there, and set your own again on what is read "
        + "from it.";

    private const string RateMust =
        "LearningRate must be a number or a built-in schedule (CosineDecay, CosineDecayRestarts, ExponentialDecay, "
        + "InverseTimeDecay, PiecewiseConstantDecay, PolynomialDecay) to be written, was ";

    public static IEnumerable<object[]> Recorded =>
        KerasRecords.Configs.Select(recorded => new object[] { recorded.GetProperty("description").GetString()! });

    [TestMethod]
    [DynamicData(nameof(Recorded))]
    public void WhatKerasWroteIsWrittenAgainToTheLetter(string description)
    {
        string recorded = KerasRecords.Configs
            .Single(each => each.GetProperty("description").GetString() == description)
            .GetProperty("get_config").GetRawText();
        Assert.AreEqual(recorded, LambOptions.FromJson(recorded).ToJson());
    }

    [TestMethod]
    public void AnyValidOptionsReadBackEqual() => RandomOptions.Valid.Sample(options =>
    {
        string written = options.ToJson();
        LambOptions read = LambOptions.FromJson(written);
        Assert.AreEqual(options, read);

        // Equality takes −0 for 0; the text does not, and two doubles have one text only if they are the same bits.
        Assert.AreEqual(written, read.ToJson());
    });

    [TestMethod]
    [DataRow(-0.0, "-0.0")]
    [DataRow(double.Epsilon, "5e-324")]
    [DataRow(3.4028234663852886e+38, "3.4028234663852886e+38")]
    [DataRow(0.1f, "0.10000000149011612")]
    [DataRow(1.0, "1.0")]
    public void EveryNumberReadsBackAsTheSameBits(double number, string text)
    {
        string written = new LambOptions { WeightDecay = number }.ToJson();
        StringAssert.Contains(written, $"\"weight_decay\":{text},");
        double read = LambOptions.FromJson(written).WeightDecay!.Value;
        Assert.AreEqual(BitConverter.DoubleToInt64Bits(number), BitConverter.DoubleToInt64Bits(read));
    }

    [TestMethod]
    [DataRow("", "The input does not contain any JSON tokens.")]
    [DataRow("{", "Expected depth to be zero at the end of the JSON payload.")]
    [DataRow("{} {}", "'{' is invalid after a single JSON value.")]
    [DataRow("""{"name":"a",}""", "The JSON object contains a trailing comma")]
    [DataRow("""{"clipnorm":Infinity}""", "'I' is an invalid start of a value.")]
    [DataRow("""{"name":"a","name":"b"}""", "Duplicate property 'name'")]
    [DataRow("""{"inner_optimizer":{"config":{"beta_1":0.5,"beta\u005f1":0.6}}}""", "Duplicate property 'beta_1'")]
    [DataRow("""{"\ud800":1}""", "Cannot read incomplete UTF-16 JSON text")]
    public void WhatIsNoJsonIsRefused(string json, string reason) => StringAssert.StartsWith(
        Assert.ThrowsExactly<JsonException>(() => LambOptions.FromJson(json)).Message,
        "Expected a JSON object: the config of a Lamb, or of a LossScaleOptimizer around one. " + reason);

    [TestMethod]
    public void HalfASurrogatePairIsRefused() => StringAssert.Contains(
        Assert.ThrowsExactly<JsonException>(() => LambOptions.FromJson("{\"name\":\"\ud800\"}")).Message,
        "Cannot transcode invalid UTF-16 string");

    [TestMethod]
    public void DeepNestingIsRefused() => StringAssert.Contains(
        Assert.ThrowsExactly<JsonException>(
            () => LambOptions.FromJson(string.Concat(Enumerable.Repeat("{\"config\":", 100_000)))).Message,
        "maximum configured depth of 64");

    [TestMethod]
    public void NullIsRefused()
    {
        Assert.ThrowsExactly<ArgumentNullException>(() => LambOptions.FromJson(null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => ((LambOptions)null!).ToJson());
    }

    [TestMethod]
    public void BrokenRulesAreThoseOfTheOptimizer()
    {
        const string expected =
            "LearningRate must be finite, was NaN. Beta1 must be in [0, 1), was 1.5. "
            + "Of ClipNorm, GlobalClipNorm and ClipValue one at most must be set, was ClipNorm = 1, ClipValue = 2. "
            + "GradientAccumulationSteps must be 2 or more; null and 0 are off, was 1. "
            + "DynamicLossScale.DynamicGrowthSteps must be 1 or more, was 0.";
        var options = new LambOptions
        {
            LearningRate = double.NaN,
            Beta1 = 1.5,
            ClipNorm = 1,
            ClipValue = 2,
            GradientAccumulationSteps = 1,
            DynamicLossScale = new() { DynamicGrowthSteps = 0 },
        };
        const string json = """
            {"inner_optimizer":{"class_name":"Lamb","config":
            {"beta_1":1.5,"clipnorm":1.0,"clipvalue":2.0,"gradient_accumulation_steps":1}},"dynamic_growth_steps":0}
            """;
        Assert.AreEqual(expected, Assert.ThrowsExactly<ArgumentException>(options.ToJson).Message);
        Assert.AreEqual(
            expected.Replace("LearningRate must be finite, was NaN. ", "", StringComparison.Ordinal),
            Assert.ThrowsExactly<ArgumentException>(() => LambOptions.FromJson(json)).Message);
    }

    [TestMethod]
    public void ANameOfNullIsABrokenRule() => Assert.AreEqual(
        "Name must not be null, was null. DynamicLossScale.Name must not be null, was null.",
        Assert.ThrowsExactly<ArgumentException>(
            () => new LambOptions { Name = null!, DynamicLossScale = new() { Name = null! } }.ToJson()).Message);

    [TestMethod]
    public void CodeCannotBeWritten()
    {
        static double Half() => 0.5;
        var all = new LambOptions
        {
            LearningRate = LambLearningRate.FromFunc(Half),
            Beta1 = LambBeta.FromFunc(Half),
            Beta2 = LambBeta.FromFunc(Half),
        };
        Assert.AreEqual(
            RateMust + "callable. Beta1 must be a number to be written, was callable. "
            + "Beta2 must be a number to be written, was callable." + Remedy,
            Refusal(all));
        Assert.AreEqual(
            RateMust + "Harmonic." + Remedy, Refusal(new LambOptions { LearningRate = new Examples.Harmonic() }));
    }

    [TestMethod]
    public void WhatJsonHasNoTextForCannotBeWritten()
    {
        Assert.AreEqual(
            "'clipvalue' must be finite to be written as JSON, was Infinity. "
            + "Write a finite number, and set yours again on what is read from it.",
            Refusal(new LambOptions { ClipValue = double.PositiveInfinity }));
        const string halfPair = "'name' must be valid Unicode to be written as JSON, has half a surrogate pair. "
            + "Correct it.";
        Assert.AreEqual(halfPair, Refusal(new LambOptions { Name = "a\ud800" }));
        Assert.AreEqual(
            halfPair, Refusal(new LambOptions { LearningRate = new ExponentialDecay(1, 1, 1, name: "\udc00") }));
    }

    private static string Refusal(LambOptions options) =>
        Assert.ThrowsExactly<NotSupportedException>(options.ToJson).Message;
}
