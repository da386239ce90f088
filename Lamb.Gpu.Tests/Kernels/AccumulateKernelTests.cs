using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>Gradients of every length are gathered as the reference gathers them, and nothing else moves.</summary>
[TestClass]
public class AccumulateKernelTests
{
    private const string Accumulator = "gradient_accumulator";

    public static IEnumerable<object[]> Rows => TestDevice.KernelRows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void SumsAreThoseOfTheReference(string row)
    {
        TestDevice device = TestDevice.Open(row);
        var options = new LambOptions { GradientAccumulationSteps = 3, LossScaleFactor = 3 };
        using var both = new KernelCase(device, options, KernelCase.LengthsFor(device));
        for (int step = 1; step <= 7; step++)
        {
            both.Step();

            // One third is rounded, its product and the sum: of at most two gradients, that may cancel in one element
            // but not in the largest.
            double bound = 2 * 3 * Math.Pow(2, -24);
            both.AssertClose(
                [.. both.Reference.Variables.Select(variable => variable.Accumulator)], both.Saved(Accumulator), bound);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void WeightsAndMomentsStayToTheBitUntilTheUpdate(string row)
    {
        TestDevice device = TestDevice.Open(row);
        var options = new LambOptions { GradientAccumulationSteps = 3, WeightDecay = 0.1, ClipNorm = 0.1 };
        using var both = new KernelCase(device, options, KernelCase.LengthsFor(device));
        int[] Bits() =>
        [
            .. both.Variables.SelectMany(v => v.Weights.Read(device.Accelerator).Bits()),
            .. both.Variables.SelectMany(v => both.Optimizer.FirstMoment(v).Read(device.Accelerator).Bits()),
            .. both.Variables.SelectMany(v => both.Optimizer.SecondMoment(v).Read(device.Accelerator).Bits()),
        ];
        int[] before = Bits();
        both.Step();
        both.Step();
        CollectionAssert.AreEqual(before, Bits());
        both.Step();
        CollectionAssert.AreNotEqual(before, Bits());
        Assert.AreEqual(1, both.Optimizer.Iterations);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void WhatAnEarlierWindowLeftIsForgottenAlsoIfItWasNotFinite(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(37, 37);
        using LambOptimizer optimizer = device.Optimizer(
            variables, new LambOptions { GradientAccumulationSteps = 2 });
        float[] bad = [float.NaN, float.PositiveInfinity, .. Enumerable.Repeat(float.NegativeInfinity, 35)];
        float[] good = Values.Random(37, 1);
        optimizer.StepWith(variables, bad, bad);
        optimizer.StepWith(variables, good, good);
        optimizer.StepWith(variables, good, null);
        ILookup<string, LambStateValue> saved = optimizer.SaveState().ToLookup(value => value.Name);
        CollectionAssert.AreEqual(Doubles(good), saved["v0_gradient_accumulator"].Single().Values.ToArray());
        CollectionAssert.AreEqual(new double[37], saved["v1_gradient_accumulator"].Single().Values.ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AnElementThatIsNotFiniteStaysInItsElement(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using var both = new KernelCase(device, new LambOptions { GradientAccumulationSteps = 3 }, 37);
        float[] bad = Values.Random(37, 1);
        (bad[3], bad[36]) = (float.NaN, float.PositiveInfinity);
        both.Step(bad);
        both.Step(Values.Random(37, 2));
        both.AssertClose([both.Reference.Variables[0].Accumulator], both.Saved(Accumulator), Math.Pow(2, -23));
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void WhatOverwritesIsGatheredByItsMaximumFromZero(string row)
    {
        TestDevice device = TestDevice.Open(row);
        var options = new LambOptions { GradientAccumulationSteps = 4, LossScaleFactor = 8 };
        LambVariableSpec[] specs =
        [
            .. KernelCase.LengthsFor(device).Select(
                (length, i) => new LambVariableSpec($"v{i}", [length]) { OverwriteWithGradient = true }),
            new("trained", [1]),
        ];
        using var both = new KernelCase(device, options, specs);
        for (int step = 1; step <= 9; step++)
        {
            both.Step();
            both.AssertClose(
                [.. both.Reference.Variables.Select(variable => variable.Accumulator)],
                both.Saved(Accumulator),
                2 * Math.Pow(2, -24));
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void SumsGoOnWhereAWindowEndsWithGradientsThatOnlyOverwrite(string row)
    {
        TestDevice device = TestDevice.Open(row);
        foreach (var scale in new[] { null, new LambDynamicLossScale { InitialScale = 1 } })
        {
            var options = new LambOptions { Beta1 = 0, GradientAccumulationSteps = 2, DynamicLossScale = scale };
            using var both = new KernelCase(
                device,
                options,
                new LambVariableSpec("trained", [1]),
                new LambVariableSpec("set", [1]) { OverwriteWithGradient = true });
            float[]?[][] given = [[[3f], [1f]], [null, [2f]], [[5f], [1f]], [[4f], [-1f]], [[1f], [1f]], [[1f], [1f]]];
            foreach (float[]?[] gradients in given)
            {
                both.Step(gradients);

                // Small whole numbers and halves are exact.
                both.AssertClose(
                    [.. both.Reference.Variables.Select(v => v.Accumulator)], both.Saved(Accumulator), 0);
                both.AssertClose(
                    both.Reference.FirstMoments, v => both.Optimizer.FirstMoment(v).Read(device.Accelerator), 0);
                Assert.AreEqual(both.Reference.Weights[1][0], both.Variables[1].Weights.Read(device.Accelerator)[0]);
            }
        }
    }

    private static double[] Doubles(float[] values) => [.. values.Select(value => (double)value)];
}
