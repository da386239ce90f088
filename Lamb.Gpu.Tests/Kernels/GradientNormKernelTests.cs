using Lamb.Gpu.Configuration;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>The norms of gradients of every length are those of the reference, and what is not finite is found
/// wherever it is.</summary>
[TestClass]
public class GradientNormKernelTests
{
    // The sums of squares are exact to 1e-6, their root to 5e-7; four roundings for the root, the quotient, the product
    // and the moment. A step after the first adds the rounding of m.
    private const double NormBound = 5e-7 + 4 * RoundingUnit;
    private const double RoundingUnit = 1.0 / (1 << 24);

    public static IEnumerable<object[]> Rows => TestDevice.KernelRows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void EveryVariableIsClippedByItsOwnNorm(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using var both = new KernelCase(
            device, new LambOptions { Beta1 = 0, ClipNorm = 0.01 }, KernelCase.LengthsFor(device));
        both.Step();
        AssertMoments(both, device);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AllAreClippedByTheNormOfAll(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using var both = new KernelCase(
            device, new LambOptions { Beta1 = 0, GlobalClipNorm = 0.01 }, KernelCase.LengthsFor(device));
        both.Step();
        AssertMoments(both, device);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void TheNormIsOfTheMeanOfAWindowAfterUnscaling(string row)
    {
        TestDevice device = TestDevice.Open(row);
        var options = new LambOptions
        {
            Beta1 = 0,
            ClipNorm = 0.01,
            GradientAccumulationSteps = 2,
            LossScaleFactor = 4,
        };
        using var both = new KernelCase(device, options, KernelCase.LengthsFor(device));
        both.Step();
        both.Step();

        // Two gradients and their sum are rounded, and may cancel: relative to the largest element that is no more.
        AssertMoments(both, device, 3 * RoundingUnit);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void WhatOverwritesAndWhatIsMissingHasNoPartInTheNorm(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using var both = new KernelCase(
            device,
            new LambOptions { Beta1 = 0, GlobalClipNorm = 0.01 },
            new LambVariableSpec("trained", [300]),
            new LambVariableSpec("set", [300]) { OverwriteWithGradient = true },
            new LambVariableSpec("missing", [300]));
        both.Step(Values.Random(300, 1), Values.Random(300, 2, 1e6f), null);
        AssertMoments(both, device);
        CollectionAssert.AreEqual(Values.Random(300, 2, 1e6f), both.Variables[1].Weights.Read(device.Accelerator));
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AnElementThatIsNotFiniteIsFoundWhereverItIs(string row)
    {
        TestDevice device = TestDevice.Open(row);
        long[] lengths = KernelCase.LengthsFor(device);
        using LambVariables variables = device.Allocate(lengths);
        variables.Fill(1);
        var options = new LambOptions { DynamicLossScale = new LambDynamicLossScale { InitialScale = 1 } };
        using LambOptimizer optimizer = device.Optimizer(variables, options);
        int[] before = [.. variables.SelectMany(v => v.Weights.Read(device.Accelerator).Bits())];
        float[] kinds = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        int skipped = 0;
        foreach (LambVariable variable in variables.Where(variable => variable.Length > 0))
        {
            float[] gradients = variable.Gradients.Read(device.Accelerator);
            foreach (long at in new[] { 0, variable.Length / 2, variable.Length - 1 }.Distinct())
            {
                float[] poisoned = [.. gradients];
                poisoned[at] = kinds[skipped % 3];
                variable.Gradients.Write(poisoned);
                optimizer.Step();
                skipped++;
                Assert.AreEqual(0, optimizer.RawIterations, $"{kinds[skipped % 3]} at {at} of {variable}");
            }

            variable.Gradients.Write(gradients);
        }

        Assert.AreEqual(Math.Pow(2, -skipped), optimizer.ReadLossScale().Scale);
        int[] after = [.. variables.SelectMany(v => v.Weights.Read(device.Accelerator).Bits())];
        CollectionAssert.AreEqual(before, after);
        optimizer.Step();
        Assert.AreEqual(1, optimizer.RawIterations, "and what is finite is not refused");
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void FiniteGradientsAreFiniteAlsoWhereTheirSquaresAreNot(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(300);
        variables[0].Gradients.Write([.. Enumerable.Repeat(float.MaxValue, 300)]);
        using LambOptimizer optimizer = device.Optimizer(
            variables, new LambOptions { DynamicLossScale = new LambDynamicLossScale { InitialScale = 8 } });
        optimizer.Step();
        Assert.AreEqual(1, optimizer.RawIterations);
        Assert.AreEqual(new LambLossScale(8, 1), optimizer.ReadLossScale());
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AMissingGradientIsNotLookedAt(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(300, 300);
        variables.Fill(1);
        variables[1].Gradients.Write([.. Enumerable.Repeat(float.NaN, 300)]);
        using LambOptimizer optimizer = device.Optimizer(
            variables, new LambOptions { DynamicLossScale = new LambDynamicLossScale() });
        optimizer.Step([variables[1]]);
        Assert.AreEqual(1, optimizer.RawIterations);
    }

    // With a β₁ of 0 the first moment is the gradient as it was clipped.
    private static void AssertMoments(KernelCase both, TestDevice device, double more = 0) => both.AssertClose(
        both.Reference.FirstMoments,
        variable => both.Optimizer.FirstMoment(variable).Read(device.Accelerator),
        NormBound + more);
}
