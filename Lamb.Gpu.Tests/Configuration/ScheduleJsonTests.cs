using System.Text;
using System.Text.Json;
using CsCheck;
using Lamb.Gpu.Configuration;
using Lamb.Gpu.Tests.Schedules;

namespace Lamb.Gpu.Tests.Configuration;

/// <summary>Schedules to JSON and back, and what is wrong in a config.</summary>
[TestClass]
public class ScheduleJsonTests
{
    public static IEnumerable<object[]> BuiltIn => Examples.BuiltIn.Select(schedule => new object[] { schedule });

    [TestMethod]
    public void WhatKerasWroteIsWrittenAgain()
    {
        foreach (JsonElement row in KerasRecords.ScheduleTables)
        {
            JsonElement recorded = row.GetProperty("learning_rate");
            using var written = JsonDocument.Parse(Write(ScheduleJson.Read(recorded)));
            foreach (JsonProperty property in recorded.EnumerateObject())
            {
                JsonElement again = written.RootElement.GetProperty(property.Name);
                Assert.IsTrue(JsonElement.DeepEquals(property.Value, again), $"{property.Value} became {again}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(BuiltIn))]
    public void AScheduleReadsBackEqual(LearningRateSchedule schedule) =>
        Assert.AreEqual(schedule, Read(Write(schedule)));

    [TestMethod]
    public void EveryNumberReadsBackAsTheSameBits() => Gen.Double.Where(double.IsFinite).Sample(number =>
    {
        var schedule = (ExponentialDecay)Read(Write(new ExponentialDecay(number, 1, 1)));
        return BitConverter.DoubleToInt64Bits(schedule.InitialLearningRate) == BitConverter.DoubleToInt64Bits(number);
    });

    [TestMethod]
    public void RatesKeepTheirPointAndCountsHaveNone() => Assert.AreEqual(
        """
        {"module":"keras.optimizers.schedules","class_name":"CosineDecay","config":
        {"initial_learning_rate":1.0,"decay_steps":10,"alpha":1e-05,
        "name":"CosineDecay","warmup_target":null,"warmup_steps":2.5},
        "registered_name":null}
        """.ReplaceLineEndings(""),
        Write(new CosineDecay(1, 10, 1e-5, warmupSteps: 2.5)));

    [TestMethod]
    public void WholeStepsHaveNoPointUnlessItHoldsTheSignOfZero() => StringAssert.Contains(
        Write(new PiecewiseConstantDecay([-2, -0.0, 0, 4.5, 1e300], [1, 2, 3, 4, 5, 6])),
        """
        "boundaries":[-2,-0.0,0,4.5,1e+300],"values":[1.0,2.0,3.0,4.0,5.0,6.0]
        """);

    [TestMethod]
    public void KeysWithADefaultMayBeMissing()
    {
        Assert.AreEqual<object>(new CosineDecay(0.1, 5), Read(Config(
            "CosineDecay", """{"initial_learning_rate":0.1,"decay_steps":5}""")));
        Assert.AreEqual<object>(new PolynomialDecay(0.1, 5), Read(Config(
            "PolynomialDecay", """{"initial_learning_rate":0.1,"decay_steps":5,"name":null}""")));
        Assert.AreEqual<object>(new CosineDecayRestarts(0.1, 5), Read(Config(
            "CosineDecayRestarts", """{"initial_learning_rate":0.1,"first_decay_steps":5}""")));
    }

    [TestMethod]
    [DataRow(
        """{"initial_learning_rate":"high","alpha":0.5,"decay":1,"warmup_steps":null}""",
        "'learning_rate.config.initial_learning_rate' must be a finite number, was \"high\". "
        + "'learning_rate.config.decay_steps' must be a finite number, is missing. "
        + "'learning_rate.config.warmup_steps' must be a finite number, was null. "
        + "'learning_rate.config.decay' is not known; known there: initial_learning_rate, decay_steps, alpha, name, "
        + "warmup_target, warmup_steps.")]
    [DataRow(
        """{"initial_learning_rate":0.1,"decay_steps":0,"alpha":1e999}""",
        "'learning_rate.config.alpha' must be a finite number, was 1e999. "
        + "'learning_rate.config': DecaySteps must be finite and greater than 0, was 0.")]
    [DataRow("3", "'learning_rate.config' must be an object, was 3.")]
    public void EverythingWrongIsNamedWithItsPath(string config, string expected) =>
        Assert.AreEqual(expected, Refusal(Config("CosineDecay", config)));

    [TestMethod]
    [DataRow(
        """{"class_name":"Cyclic","config":{"size":1}}""",
        "'learning_rate.class_name' must be one of CosineDecay, CosineDecayRestarts, ExponentialDecay, "
        + "InverseTimeDecay, PiecewiseConstantDecay, PolynomialDecay, was \"Cyclic\". "
        + "Build any other schedule in code and set it as the learning rate.")]
    [DataRow(
        """{"module":"mine","class_name":"CosineDecay","config":{"initial_learning_rate":0.1,"decay_steps":5}}""",
        "'learning_rate.module' must be one of keras.optimizers.schedules, was \"mine\". "
        + "Build any other schedule in code and set it as the learning rate.")]
    [DataRow(
        """{"config":{}}""",
        "'learning_rate.class_name' must be one of CosineDecay, CosineDecayRestarts, ExponentialDecay, "
        + "InverseTimeDecay, PiecewiseConstantDecay, PolynomialDecay, is missing. "
        + "Build any other schedule in code and set it as the learning rate.")]
    [DataRow("[1]", "'learning_rate' must be an object with class_name and config, was [1].")]
    public void OnlyBuiltInSchedulesAreRead(string json, string expected) => Assert.AreEqual(expected, Refusal(json));

    [TestMethod]
    public void ListsMustHoldNumbers() => Assert.AreEqual(
        "'learning_rate.config.boundaries' must be a list of finite numbers, was [1,null]. "
        + "'learning_rate.config.values' must be a list of finite numbers, was 3.",
        Refusal(Config("PiecewiseConstantDecay", """{"boundaries":[1,null],"values":3}""")));

    private static string Config(string className, string config) =>
        $$"""{"class_name":"{{className}}","config":{{config}}}""";

    private static LearningRateSchedule Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return ScheduleJson.Read(document.RootElement);
    }

    private static string Refusal(string json) => Assert.ThrowsExactly<JsonException>(() => Read(json)).Message;

    private static string Write(LearningRateSchedule schedule)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            ScheduleJson.Write(writer, schedule);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
