using System.Text;
using System.Text.Json;
using CsCheck;
using Lamb.Gpu.Configuration;
using Lamb.Gpu.Tests.Schedules;

namespace Lamb.Gpu.Tests.Configuration;

/// <summary>Configs of optimizers to JSON and back, against what get_config of Keras returned.</summary>
[TestClass]
public class KerasConfigJsonTests
{
    private static readonly Gen<double> Numbers = Gen.Double.Where(double.IsFinite);
    private static readonly Gen<double?> Optional = Numbers.Nullable();
    private static readonly Gen<int?> OptionalWhole = Gen.Int.Nullable();

    public static IEnumerable<object[]> Recorded =>
        KerasRecords.Configs.Select(recorded => new object[] { recorded.GetProperty("description").GetString()! });

    [TestMethod]
    [DynamicData(nameof(Recorded))]
    public void WhatKerasWroteIsWrittenAgainToTheLetter(string description)
    {
        JsonElement recorded = KerasRecords.Configs
            .Single(each => each.GetProperty("description").GetString() == description).GetProperty("get_config");
        Assert.AreEqual(recorded.GetRawText(), Write(KerasConfigJson.Read(recorded)));
    }

    [TestMethod]
    public void EveryKeyIsRead()
    {
        KerasConfig config = KerasConfigJson.Read(KerasRecords.Configs[1].GetProperty("get_config"));
        Assert.AreEqual(
            new KerasConfig
            {
                Name = "all",
                LearningRate = 0.5,
                WeightDecay = 0.01,
                ClipNorm = 1,
                UseEma = true,
                EmaMomentum = 0.9,
                EmaOverwriteFrequency = 3,
                LossScaleFactor = 8,
                GradientAccumulationSteps = 2,
                Beta1 = 0.5,
                Beta2 = 0.67,
                Epsilon = 1e-5,
            },
            config);
    }

    [TestMethod]
    public void MissingKeysHaveTheDefaultsOfKeras()
    {
        KerasConfig keras = KerasConfigJson.Read(KerasRecords.Configs[0].GetProperty("get_config"));
        Assert.AreEqual(keras, new KerasConfig { LearningRate = (float)new KerasConfig().LearningRate.Number! });
        Assert.AreEqual(new KerasConfig(), Read("{}"));
        Assert.AreEqual(
            new KerasConfig { LossScale = new KerasLossScale() },
            Read("""{"inner_optimizer":{"class_name":"Lamb","config":{}}}"""));
    }

    [TestMethod]
    public void AnyConfigReadsBackEqual() =>
        Gen.Select(Numbers.Array[4], Optional.Array[5], OptionalWhole.Array[2], Gen.Bool, Gen.Bool, Gen.Int[0, 6])
            .Sample((numbers, optional, wholes, flag, isScaled, schedule) =>
            {
                var config = new KerasConfig
                {
                    LearningRate = schedule < 6 ? Examples.BuiltIn[schedule] : (LambLearningRate)numbers[0],
                    WeightDecay = optional[0],
                    ClipNorm = optional[1],
                    GlobalClipNorm = optional[2],
                    ClipValue = optional[3],
                    LossScaleFactor = optional[4],
                    EmaOverwriteFrequency = wholes[0],
                    GradientAccumulationSteps = wholes[1],
                    UseEma = flag,
                    EmaMomentum = numbers[1],
                    Beta1 = numbers[2],
                    Beta2 = numbers[3],
                    LossScale = isScaled ? new KerasLossScale { Name = "é\"", InitialScale = numbers[0] } : null,
                };
                Assert.AreEqual(config, Read(Write(config)));
            });

    [TestMethod]
    public void AWrappedOptimizerIsReadAsWell()
    {
        Assert.AreEqual(
            new KerasConfig { Beta1 = 0.5 },
            Read("""
                {"module":"keras.optimizers","class_name":"Lamb","config":{"beta_1":0.5},"registered_name":null}
                """));
        Assert.AreEqual(
            new KerasConfig { Beta1 = 0.5, LossScale = new KerasLossScale { InitialScale = 2 } },
            Read("""
                {"class_name":"LossScaleOptimizer","config":
                {"initial_scale":2,"inner_optimizer":{"class_name":"Lamb","config":{"beta_1":0.5}}}}
                """));
    }

    [TestMethod]
    [DataRow(
        """{"foo":1,"ema_overwrite_frequency":2.0,"use_ema":1,"learning_rate":"fast","beta_1":null}""",
        "'learning_rate' must be a finite number, or a schedule with class_name and config, was \"fast\". "
        + "'use_ema' must be true or false, was 1. "
        + "'ema_overwrite_frequency' must be a whole number of 32 bits, written without a point, was 2.0. "
        + "'beta_1' must be a finite number, was null. "
        + "'foo' is not known; known there: name, learning_rate, weight_decay, clipnorm, global_clipnorm, clipvalue, "
        + "use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, "
        + "beta_1, beta_2, epsilon.")]
    [DataRow(
        """{"learning_rate":{"class_name":"CosineDecay","config":{"initial_learning_rate":0.1,"decay_steps":-1}}}""",
        "'learning_rate.config': DecaySteps must be finite and greater than 0, was -1.")]
    [DataRow(
        """{"inner_optimizer":{"class_name":"Lamb","config":{"beta_3":1}},"clipnorm":1.0}""",
        "'inner_optimizer.config.beta_3' is not known; known there: name, learning_rate, weight_decay, clipnorm, "
        + "global_clipnorm, clipvalue, use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor, "
        + "gradient_accumulation_steps, beta_1, beta_2, epsilon. "
        + "'clipnorm' is not known; known there: name, inner_optimizer, initial_scale, dynamic_growth_steps.")]
    [DataRow(
        """{"inner_optimizer":{"class_name":"Adam","config":{"amsgrad":false}}}""",
        "'inner_optimizer.class_name' must be one of Lamb, was \"Adam\".")]
    [DataRow(
        """{"class_name":"Adam","config":{}}""",
        "'class_name' must be one of Lamb, LossScaleOptimizer, was \"Adam\".")]
    [DataRow(
        """{"class_name":"LossScaleOptimizer","config":{}}""",
        "'config.inner_optimizer' must be an object, is missing.")]
    [DataRow("[]", "The config of an optimizer must be a JSON object, was [].")]
    public void EverythingWrongIsNamedWithItsPath(string json, string expected) =>
        Assert.AreEqual(expected, Assert.ThrowsExactly<JsonException>(() => Read(json)).Message);

    [TestMethod]
    public void ACallableRateCannotBeWritten() => Assert.AreEqual(
        "A learning rate that is a callable cannot be written: its code has no form in a config. "
        + "Write a number or a built-in schedule, and set the callable after reading the config.",
        Assert.ThrowsExactly<NotSupportedException>(
            () => Write(new KerasConfig { LearningRate = LambLearningRate.FromFunc(() => 1) })).Message);

    [TestMethod]
    public void ANumberThatIsNotFiniteCannotBeWritten() => StringAssert.StartsWith(
        Assert.ThrowsExactly<ArgumentException>(
            () => Write(new KerasConfig { ClipNorm = double.PositiveInfinity })).Message,
        "'clipnorm' must be finite to be written as JSON, was Infinity.");

    private static KerasConfig Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return KerasConfigJson.Read(document.RootElement);
    }

    private static string Write(KerasConfig config)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            KerasConfigJson.Write(writer, config);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
