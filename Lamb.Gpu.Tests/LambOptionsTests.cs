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
}
