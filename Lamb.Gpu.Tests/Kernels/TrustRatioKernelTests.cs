using Lamb.Gpu.Configuration;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>Norms and trust ratios: as exact for long variables as for short ones, and sane where norms are
/// not.</summary>
[TestClass]
public class TrustRatioKernelTests
{
    public static IEnumerable<object[]> Rows => TestDevice.KernelRows;

    public static IEnumerable<object[]> OpenedRows => TestDevice.OpenedRows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void NormsAreThoseOfTheReference(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(KernelCase.LengthsFor(device));
        variables.Fill(1);
        double[] norms = [.. variables.Select(variable => Math.Sqrt(
            variable.Weights.Read(device.Accelerator).Sum(weight => (double)weight * weight)))];
        using LambOptimizer optimizer = device.Optimizer(variables);
        optimizer.Step();
        foreach ((LambTrustRatio ratio, double norm) in optimizer.ReadTrustRatios().Zip(norms))
        {
            Assert.AreEqual(norm, ratio.WeightNorm, norm * 5e-7, ratio.Name);
            Assert.AreEqual(norm == 0 ? 1 : ratio.WeightNorm / ratio.UpdateNorm, ratio.TrustRatio, ratio.Name);
        }
    }

    [TestMethod]
    [DynamicData(nameof(OpenedRows))]
    public void TheNormOfALongVariableIsRight(string row)
    {
        // Equal numbers round the same way each time: the worst case of a plain sum. As users make the optimizer.
        TestDevice device = TestDevice.Open(row);
        int length = row == "cpu" ? 20_000_000 : device.IsSimulated ? 50_000 : 2_000_000;
        using LambVariables variables = device.Allocate(length);
        variables[0].Weights.Write([.. Enumerable.Repeat(0.1f, length)]);
        using var optimizer = new LambOptimizer(variables);
        optimizer.Step();
        double expected = Math.Sqrt(length * (double)0.1f * 0.1f);
        Assert.AreEqual(expected, optimizer.ReadTrustRatios()[0].WeightNorm, expected * 5e-7);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ANormThatOverflowsIsInfiniteAndOneOfNaNGivesARatioOfOne(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(600, 600);
        variables[0].Weights.Write([.. Enumerable.Repeat(1e30f, 600)]);
        variables[0].Gradients.Write([.. Enumerable.Repeat(1f, 600)]);
        variables[1].Weights.Write([.. Enumerable.Repeat(1f, 599), float.NaN]);
        variables[1].Gradients.Write([.. Enumerable.Repeat(1f, 600)]);
        using LambOptimizer optimizer = device.Optimizer(variables);
        optimizer.Step();
        IReadOnlyList<LambTrustRatio> ratios = optimizer.ReadTrustRatios();
        Assert.AreEqual(float.PositiveInfinity, ratios[0].WeightNorm);
        Assert.AreEqual(float.PositiveInfinity, ratios[0].TrustRatio);
        Assert.AreEqual(float.NaN, ratios[1].WeightNorm);
        Assert.AreEqual(1f, ratios[1].TrustRatio);
        Assert.AreEqual(0.999f, variables[1].Weights.Read(device.Accelerator)[0], 1e-6f);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ARatioIsBroughtWithinItsLimits(string row)
    {
        var options = new LambOptions { Epsilon = 0, TrustRatioMin = 0.5, TrustRatioMax = 2 };
        LambTrustRatio[] ratios = Ratios(row, options, [0.1f], [1f], [10f], [0f], [0.1f, 0.1f]);
        CollectionAssert.AreEqual(
            new[] { 0.5f, 1, 2, 1, 0.5f }, ratios.Select(ratio => ratio.TrustRatio).ToArray(), "0 has a ratio of 1");
        CollectionAssert.AreEqual(
            new[] { 0.1f, 1, 10, 0 }, ratios.Select(ratio => ratio.WeightNorm).Take(4).ToArray(), "norms as they are");
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ANormOfWeightsIsBroughtWithinItsLimitsEvenFromZero(string row)
    {
        var options = new LambOptions { Epsilon = 0, WeightNormMin = 0.5, WeightNormMax = 2 };
        LambTrustRatio[] ratios = Ratios(row, options, [0.1f], [1f], [10f], [0f], [float.NaN], [1e30f]);
        CollectionAssert.AreEqual(
            new[] { 0.5f, 1, 2, 0.5f, 1, 2 }, ratios.Select(ratio => ratio.TrustRatio).ToArray());
        LambOptions both = options with { TrustRatioMin = 0.75, TrustRatioMax = 1.5 };
        CollectionAssert.AreEqual(
            new[] { 0.75f, 1.5f }, Ratios(row, both, [0.1f], [10f]).Select(ratio => ratio.TrustRatio).ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ARatioOfNaNStaysNaN(string row)
    {
        // 1e-30 squared is 0 in float32, and 0 the root of it: the update is infinite, and so are the weights.
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(300);
        variables[0].Weights.Write([.. Enumerable.Repeat(1e30f, 300)]);
        var options = new LambOptions { Epsilon = 0, TrustRatioMin = 0.01, TrustRatioMax = 10 };
        using LambOptimizer optimizer = device.Optimizer(variables, options);
        optimizer.StepWith(variables, [.. Enumerable.Repeat(1e-30f, 300)]);
        Assert.AreEqual(
            new LambTrustRatio("v0", float.PositiveInfinity, float.PositiveInfinity, float.NaN),
            optimizer.ReadTrustRatios()[0]);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void WhatIsExcludedHasARatioOfOne(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using var variables = LambVariables.Allocate(
            device.Accelerator,
            new LambVariableSpec("both", [2]),
            new LambVariableSpec("no decay", [2]) { ExcludeFromWeightDecay = true },
            new LambVariableSpec("no ratio", [2]) { ExcludeFromTrustRatio = true });
        AssertRatios([5, 5, 1], new LambOptions { WeightDecay = 0.5 });
        AssertRatios([5, 5, 1], new LambOptions());
        var decayed = new LambOptions { WeightDecay = 0.5, TrustRatioScope = LambTrustRatioScope.Decayed };
        AssertRatios([5, 1, 1], decayed);
        AssertRatios([5, 1, 1], decayed with { WeightDecayMode = LambWeightDecayMode.Gradient });
        AssertRatios([1, 1, 1], decayed with { WeightDecay = 0 });
        AssertRatios([1, 1, 1], decayed with { WeightDecay = null });
        AssertRatios([1, 1, 1], decayed, "both");

        void AssertRatios(float[] expected, LambOptions options, params string[] excluded)
        {
            // Without a rate nothing moves or decays: norms of 5√2 and √2, each exact to 5e-7.
            using LambOptimizer optimizer = device.Optimizer(
                variables, options with { LearningRate = 0, Epsilon = 0 });
            optimizer.ExcludeFromWeightDecay(names: excluded);
            foreach (LambVariable variable in variables)
            {
                variable.Weights.Write([5, -5]);
            }

            optimizer.StepWith(variables, [1, 1], [1, 1], [1, 1]);
            float[] ratios = [.. optimizer.ReadTrustRatios().Select(ratio => ratio.TrustRatio)];
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.AreEqual(expected[i], ratios[i], expected[i] * 1e-6f, $"{options}, {variables[i].Name}");
            }
        }
    }

    // Gradients of 1 and an ε of 0 make updates of 1.
    private static LambTrustRatio[] Ratios(string row, LambOptions options, params float[][] weights)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate([.. weights.Select(values => values.LongLength)]);
        for (int i = 0; i < weights.Length; i++)
        {
            variables[i].Weights.Write(weights[i]);
        }

        using LambOptimizer optimizer = device.Optimizer(variables, options);
        optimizer.StepWith(variables, [.. weights.Select(values => values.Select(_ => 1f).ToArray())]);
        return [.. optimizer.ReadTrustRatios()];
    }
}
