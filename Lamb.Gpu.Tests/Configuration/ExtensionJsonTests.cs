using System.Text.Json;

namespace Lamb.Gpu.Tests.Configuration;

/// <summary>The options that Keras does not have, in the object behind its keys.</summary>
[TestClass]
public class ExtensionJsonTests
{
    private static readonly LambOptions Everything = new()
    {
        WeightDecayMode = LambWeightDecayMode.Gradient,
        BiasCorrection = LambBiasCorrection.LearningRate,
        TrustRatioScope = LambTrustRatioScope.Decayed,
        TrustRatioMin = 0.01,
        TrustRatioMax = 10,
        WeightNormMin = 0.5,
        WeightNormMax = 8,
        GradientAveraging = false,
        NormalizeGradients = true,
        WeightAccess = LambWeightAccess.ExclusiveChecked,
    };

    [TestMethod]
    public void WhatIsOfKerasAloneHasNoSuchObject()
    {
        Assert.DoesNotContain("lamb_gpu", new LambOptions { WeightDecay = 0.1, ClipNorm = 1 }.ToJson());
        Assert.AreEqual(new LambOptions(), LambOptions.FromJson("""{"lamb_gpu":{}}"""));
        Assert.AreEqual(new LambOptions(), LambOptions.FromJson("""{"lamb_gpu":null}"""));
        Assert.AreEqual(new LambOptions(), LambOptions.FromJson("""{"lamb_gpu":{"trust_ratio_max":null}}"""));
    }

    [TestMethod]
    public void EveryOptionThatKerasHasNotIsWrittenBehindItsKeysAndReadBack()
    {
        string written = Everything.ToJson();
        StringAssert.EndsWith(
            written,
            """
            ,"epsilon":1e-07,"lamb_gpu":{"weight_decay_mode":"gradient","bias_correction":"learning_rate",
            "trust_ratio_scope":"decayed","trust_ratio_min":0.01,"trust_ratio_max":10.0,"weight_norm_min":0.5,
            "weight_norm_max":8.0,"gradient_averaging":false,"normalize_gradients":true,
            "weight_access":"exclusive_checked"}}
            """.ReplaceLineEndings(""));
        Assert.AreEqual(Everything, LambOptions.FromJson(written));
    }

    [TestMethod]
    public void OnlyWhatDiffersIsWrittenAndInsideOfALossScale()
    {
        LambOptions options = new() { TrustRatioMax = 1, DynamicLossScale = new LambDynamicLossScale() };
        StringAssert.Contains(options.ToJson(), """
            "epsilon":1e-07,"lamb_gpu":{"trust_ratio_max":1.0}},"registered_name"
            """);
        Assert.AreEqual(options, LambOptions.FromJson(options.ToJson()));
    }

    [TestMethod]
    public void EverythingWrongIsNamedWithItsPath()
    {
        const string json = """
            {"inner_optimizer":{"class_name":"Lamb","config":{"lamb_gpu":{"weight_decay_mode":"coupled",
            "trust_ratio_min":"low","gradient_averaging":1,"foo":2}}}}
            """;
        Assert.AreEqual(
            "'inner_optimizer.config.lamb_gpu.weight_decay_mode' must be one of decoupled, update, gradient, was "
            + "\"coupled\". 'inner_optimizer.config.lamb_gpu.trust_ratio_min' must be a finite number, was \"low\". "
            + "'inner_optimizer.config.lamb_gpu.gradient_averaging' must be true or false, was 1. "
            + "'inner_optimizer.config.lamb_gpu.foo' is not known; known there: weight_decay_mode, bias_correction, "
            + "trust_ratio_scope, trust_ratio_min, trust_ratio_max, weight_norm_min, weight_norm_max, "
            + "gradient_averaging, normalize_gradients, weight_access, master_weights, weight_rounding, rounding_seed, "
            + "moment_data_type.",
            Assert.ThrowsExactly<JsonException>(() => LambOptions.FromJson(json)).Message);
        Assert.AreEqual(
            "'lamb_gpu' must be an object, was [].",
            Assert.ThrowsExactly<JsonException>(() => LambOptions.FromJson("""{"lamb_gpu":[]}""")).Message);
        Assert.AreEqual(
            "TrustRatioMax must not be less than TrustRatioMin = 2, was 1.",
            Assert.ThrowsExactly<ArgumentException>(() => LambOptions.FromJson(
                """{"lamb_gpu":{"trust_ratio_min":2,"trust_ratio_max":1}}""")).Message);
    }
}
