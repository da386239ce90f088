using Lamb.Gpu.Configuration;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests;

/// <summary>The defaults of Keras, and an error that names every broken rule.</summary>
[TestClass]
public class LambOptionsTests
{
    [TestMethod]
    public void DefaultsAreThoseOfKeras()
    {
        var options = new LambOptions();
        Assert.AreEqual(0.001, options.LearningRate);
        Assert.AreEqual(0.9, options.Beta1);
        Assert.AreEqual(0.999, options.Beta2);
        Assert.AreEqual(1e-7, options.Epsilon);
        Assert.IsNull(options.WeightDecay);
        var scale = new LambDynamicLossScale();
        Assert.AreEqual(32768, scale.InitialScale);
        Assert.AreEqual(2000, scale.DynamicGrowthSteps);
        Assert.AreEqual("loss_scale_optimizer", scale.Name);
    }

    [TestMethod]
    public void EveryBrokenRuleIsNamedInOneError()
    {
        var options = new LambOptions
        {
            LearningRate = double.NaN,
            Beta1 = 1.5,
            Beta2 = -0.1,
            Epsilon = double.PositiveInfinity,
            WeightDecay = double.NegativeInfinity,
        };
        using LambVariables variables = TestDevice.Cpu.Allocate(4);
        var error = Assert.ThrowsExactly<ArgumentException>(() => new LambOptimizer(variables, options));
        Assert.AreEqual(
            "LearningRate must be finite, was NaN. Beta1 must be in [0, 1), was 1.5. "
            + "Beta2 must be in [0, 1), was -0.1. Epsilon must be finite and not negative, was Infinity. "
            + "WeightDecay must be finite, was -Infinity.",
            error.Message);
    }

    [TestMethod]
    [DataRow(1.0)]
    [DataRow(double.NaN)]
    public void ABetaOfOneOrNaNIsRefused(double beta)
    {
        using LambVariables variables = TestDevice.Cpu.Allocate(4);
        Assert.ThrowsExactly<ArgumentException>(() => new LambOptimizer(variables, new LambOptions { Beta1 = beta }));
        Assert.ThrowsExactly<ArgumentException>(() => new LambOptimizer(variables, new LambOptions { Beta2 = beta }));
    }

    [TestMethod]
    public void NegativeRateAndDecayAreTakenAsKerasTakesThem()
    {
        using LambVariables variables = TestDevice.Cpu.Allocate(1);
        variables[0].Weights.Write([2f]);
        variables[0].Gradients.Write([1f]);
        using var optimizer = new LambOptimizer(variables, new LambOptions { LearningRate = -0.1, WeightDecay = -0.5 });
        optimizer.Step();

        // λη = 0.05, so w = 2 − 0.05·2 = 1.9; r·u = 1.9, so w = 1.9 + 0.1·1.9.
        Assert.AreEqual(2.09f, variables[0].Weights.Read(variables.Accelerator)[0], 1e-6f);
    }

    [TestMethod]
    public void EveryRuleOfTheOtherOptionsHasItsText()
    {
        AssertRefused(
            new LambOptions { ClipNorm = 1, ClipValue = 0.5 },
            "Of ClipNorm, GlobalClipNorm and ClipValue one at most must be set, was ClipNorm = 1, ClipValue = 0.5.");
        AssertRefused(
            new LambOptions { GlobalClipNorm = 0, ClipNorm = 0 },
            "Of ClipNorm, GlobalClipNorm and ClipValue one at most must be set, was ClipNorm = 0, GlobalClipNorm = 0.");
        AssertRefused(new LambOptions { ClipNorm = double.NaN }, "ClipNorm must be a number, was NaN.");
        AssertRefused(new LambOptions { GlobalClipNorm = double.NaN }, "GlobalClipNorm must be a number, was NaN.");
        AssertRefused(new LambOptions { ClipValue = double.NaN }, "ClipValue must be a number, was NaN.");
        AssertRefused(
            new LambOptions { GradientAccumulationSteps = 1 },
            "GradientAccumulationSteps must be 2 or more; null and 0 are off, was 1.");
        AssertRefused(
            new LambOptions { GradientAccumulationSteps = -2 },
            "GradientAccumulationSteps must be 2 or more; null and 0 are off, was -2.");
        AssertRefused(
            new LambOptions { UseEma = true, EmaMomentum = 1.5, EmaOverwriteFrequency = -1 },
            "EmaMomentum must be in [0, 1], was 1.5. "
            + "EmaOverwriteFrequency must be 1 or more; null and 0 are off, was -1.");
        AssertRefused(
            new LambOptions { UseEma = true, EmaMomentum = double.NaN }, "EmaMomentum must be in [0, 1], was NaN.");
        AssertRefused(new LambOptions { LossScaleFactor = 0 }, "LossScaleFactor must not be 0; null is off, was 0.");
        AssertRefused(
            new LambOptions { LossScaleFactor = double.NaN }, "LossScaleFactor must be finite, was NaN.");
        AssertRefused(
            new LambOptions { DynamicLossScale = new() { InitialScale = 0, DynamicGrowthSteps = 0 } },
            "DynamicLossScale.InitialScale must be finite and greater than 0, was 0. "
            + "DynamicLossScale.DynamicGrowthSteps must be 1 or more, was 0.");
    }

    [TestMethod]
    public void EveryRuleOfTheVariantsHasItsText()
    {
        AssertRefused(
            new LambOptions
            {
                WeightDecayMode = (LambWeightDecayMode)7,
                BiasCorrection = (LambBiasCorrection)(-1),
                TrustRatioScope = (LambTrustRatioScope)2,
                TrustRatioMin = -1,
                TrustRatioMax = 0,
                WeightNormMin = 2,
                WeightNormMax = 1,
                NormalizeGradients = true,
                ClipNorm = 1,
            },
            "WeightDecayMode must be one of Decoupled, Update, Gradient, was 7. "
            + "BiasCorrection must be one of Update, None, LearningRate, was -1. "
            + "TrustRatioScope must be one of All, Decayed, was 2. "
            + "TrustRatioMin must be finite and not negative, was -1. "
            + "TrustRatioMax must be greater than 0 in float32, was 0. "
            + "WeightNormMax must not be less than WeightNormMin = 2, was 1. "
            + "NormalizeGradients must be false where ClipNorm, GlobalClipNorm or ClipValue is set, was True.");
        AssertRefused(
            new LambOptions { TrustRatioMax = double.NaN, WeightNormMin = double.PositiveInfinity },
            "TrustRatioMax must be greater than 0 in float32, was NaN. "
            + "WeightNormMin must be finite and not negative, was Infinity.");
        AssertRefused(
            new LambOptions { TrustRatioMin = 1e39, WeightNormMax = 1e-50 },
            "TrustRatioMin must be finite in float32, was 1E+39. "
            + "WeightNormMax must be greater than 0 in float32, was 1E-50.");
    }

    [TestMethod]
    [DataRow(LambWeightDecayMode.Update)]
    [DataRow(LambWeightDecayMode.Gradient)]
    public void DecayThatNeedsTheWeightsIsNotForTheOptimizerAlone(LambWeightDecayMode mode)
    {
        var options = new LambOptions
        {
            WeightDecay = 0.1,
            WeightDecayMode = mode,
            WeightAccess = LambWeightAccess.ExclusiveChecked,
        };
        AssertRefused(
            options,
            $"WeightAccess must be Shared where weights decay by the {mode}, which reads them, was ExclusiveChecked.");
        using LambVariables variables = TestDevice.Cpu.Allocate(4);
        foreach (double? none in new double?[] { null, 0 })
        {
            using var optimizer = new LambOptimizer(variables, options with { WeightDecay = none });
            optimizer.Step();
        }
    }

    [TestMethod]
    public void WhatIsOffIsNotLookedAt()
    {
        var options = new LambOptions
        {
            EmaMomentum = 1.5,
            EmaOverwriteFrequency = -1,
            ClipNorm = -1,
            GradientAccumulationSteps = 0,
            LossScaleFactor = -0.5,
        };
        using LambVariables variables = TestDevice.Cpu.Allocate(4);
        using var optimizer = new LambOptimizer(variables, options);
        optimizer.Step();
        Assert.AreEqual(1, optimizer.Iterations);
    }

    private static void AssertRefused(LambOptions options, string message)
    {
        using LambVariables variables = TestDevice.Cpu.Allocate(4);
        Assert.AreEqual(
            message,
            Assert.ThrowsExactly<ArgumentException>(() => new LambOptimizer(variables, options)).Message);
    }
}
