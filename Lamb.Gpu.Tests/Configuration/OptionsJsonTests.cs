using System.Text.Json;
using Lamb.Gpu.Tests.Schedules;

namespace Lamb.Gpu.Tests.Configuration;

/// <summary>What every key of a config becomes, and what is wrong in one.</summary>
[TestClass]
public class OptionsJsonTests
{
    [TestMethod]
    public void EveryKeyIsRead()
    {
        Assert.AreEqual(
            new LambOptions
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
            Recorded(1));
        Assert.AreEqual(
            new LambOptions
            {
                Name = "s",
                LearningRate = new CosineDecay(0.1, 10, warmupTarget: 0.2, warmupSteps: 3),
            },
            Recorded(2));
        Assert.AreEqual(
            new LambOptions
            {
                Name = "inner",
                LearningRate = 0.001f,
                DynamicLossScale = new LambDynamicLossScale { Name = "lso" },
            },
            Recorded(3));
    }

    [TestMethod]
    public void MissingKeysHaveTheDefaultsOfKeras()
    {
        Assert.AreEqual(new LambOptions { LearningRate = (float)new LambOptions().LearningRate.Number! }, Recorded(0));
        Assert.AreEqual(new LambOptions(), LambOptions.FromJson("{}"));
        Assert.AreEqual(
            new LambOptions { DynamicLossScale = new LambDynamicLossScale() },
            LambOptions.FromJson("""{"inner_optimizer":{"class_name":"Lamb","config":{}}}"""));
    }

    [TestMethod]
    public void AWrappedOptimizerIsReadAsWell()
    {
        Assert.AreEqual(
            new LambOptions { Beta1 = 0.5 },
            LambOptions.FromJson("""
                {"module":"keras.optimizers","class_name":"Lamb","config":{"beta_1":0.5},"registered_name":null}
                """));
        Assert.AreEqual(
            new LambOptions { Beta1 = 0.5, DynamicLossScale = new LambDynamicLossScale { InitialScale = 2 } },
            LambOptions.FromJson("""
                {"class_name":"LossScaleOptimizer","config":
                {"initial_scale":2,"inner_optimizer":{"class_name":"Lamb","config":{"beta_1":0.5}}}}
                """));
        Assert.AreEqual(
            new LambOptions(),
            LambOptions.FromJson("""{"class_name":"Lamb","config":{},"registered_name":"Lamb"}"""));
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
        + "beta_1, beta_2, epsilon, lamb_gpu.")]
    [DataRow(
        """{"learning_rate":{"class_name":"CosineDecay","config":{"initial_learning_rate":0.1,"decay_steps":-1}}}""",
        "'learning_rate.config': DecaySteps must be finite and greater than 0, was -1.")]
    [DataRow(
        """{"inner_optimizer":{"class_name":"Lamb","config":{"beta_3":1}},"clipnorm":1.0}""",
        "'inner_optimizer.config.beta_3' is not known; known there: name, learning_rate, weight_decay, clipnorm, "
        + "global_clipnorm, clipvalue, use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor, "
        + "gradient_accumulation_steps, beta_1, beta_2, epsilon, lamb_gpu. "
        + "'clipnorm' is not known; known there: name, inner_optimizer, initial_scale, dynamic_growth_steps, "
        + "lamb_gpu.")]
    [DataRow(
        """{"inner_optimizer":{"class_name":"Adam","config":{"amsgrad":false}}}""",
        "'inner_optimizer.class_name' must be one of Lamb, was \"Adam\".")]
    [DataRow(
        """{"class_name":"Adam","config":{}}""",
        "'class_name' must be one of Lamb, LossScaleOptimizer, was \"Adam\".")]
    [DataRow(
        """{"class_name":"LossScaleOptimizer","config":{}}""",
        "'config.inner_optimizer' must be an object, is missing.")]
    [DataRow(
        """{"learning_rate":1e999,"gradient_accumulation_steps":2147483648,"name":"\ud800"}""",
        "'name' must be a text, was \"\\ud800\". 'learning_rate' must be a finite number, or a schedule with "
        + "class_name and config, was 1e999. 'gradient_accumulation_steps' must be a whole number of 32 bits, written "
        + "without a point, was 2147483648.")]
    [DataRow(
        """{"inner_optimizer":{"class_name":"Lamb","config":{}},"dynamic_growth_steps":-2147483649}""",
        "'dynamic_growth_steps' must be a whole number of 32 bits, written without a point, was -2147483649.")]
    [DataRow(
        """{"class_name":"Lamb","config":{},"registered_name":"Custom>Lamb","build_config":{}}""",
        "'registered_name' must be one of Lamb, was \"Custom>Lamb\". "
        + "'build_config' is not known; known there: module, class_name, registered_name, config.")]
    [DataRow(
        """{"class_name":"Lamb","config":[]}""", "'config' must be an object, was [].")]
    [DataRow(
        """{"name":[1111111111,2222222222,3333333333,4444444444,5555555555,6666666666,7777777777,8888888888]}""",
        "'name' must be a text, was "
        + "[1111111111,2222222222,3333333333,4444444444,5555555555,6666666666,7777777777,88….")]
    [DataRow("null", "The config of an optimizer must be a JSON object, was null.")]
    [DataRow("[]", "The config of an optimizer must be a JSON object, was [].")]
    public void EverythingWrongIsNamedWithItsPath(string json, string expected) =>
        Assert.AreEqual(expected, Assert.ThrowsExactly<JsonException>(() => LambOptions.FromJson(json)).Message);

    private static LambOptions Recorded(int index) =>
        LambOptions.FromJson(KerasRecords.Configs[index].GetProperty("get_config").GetRawText());
}
