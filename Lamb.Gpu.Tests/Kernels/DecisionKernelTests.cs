using Lamb.Gpu.Configuration;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>Clip factors and the loss scale are what Keras makes of the same norms, finite or not.</summary>
[TestClass]
public class DecisionKernelTests
{
    private const float NaN = float.NaN;
    private const float Infinity = float.PositiveInfinity;

    public static IEnumerable<object[]> Rows => TestDevice.KernelRows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ANormOfAVariableThatIsNotFiniteTakesOnlyThatVariable(string row)
    {
        var options = new LambOptions { Beta1 = 0, ClipNorm = 1 };
        float[][] clipped = FirstMoments(row, options, [Infinity, 4], [NaN, 4], [1e20f, 1e20f], [3, 4], [0, 0]);
        CollectionAssert.AreEqual(new[] { NaN, 0 }, clipped[0], "Infinity times 0, 4 times 0");
        CollectionAssert.AreEqual(new[] { NaN, NaN }, clipped[1], "a norm of NaN");
        CollectionAssert.AreEqual(new[] { 0f, 0f }, clipped[2], "a square that overflows");
        Assert.AreEqual(0.6f, clipped[3][0], 1e-6f, "the others are clipped as ever");
        CollectionAssert.AreEqual(new[] { 0f, 0f }, clipped[4]);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AGradientBelowTheNormKeepsItsBits(string row)
    {
        float[] small = Values.Random(300, 1, 0.01f);
        foreach (double limit in new[] { 41, 1.7, double.PositiveInfinity })
        {
            float[][] clipped = FirstMoments(row, new LambOptions { Beta1 = 0, ClipNorm = limit }, small);
            CollectionAssert.AreEqual(small, clipped[0], $"clipped to {limit}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ANormOfAllThatIsNotFiniteTakesAll(string row)
    {
        var options = new LambOptions { Beta1 = 0, GlobalClipNorm = 1 };
        foreach (float bad in new[] { NaN, Infinity, -Infinity, 1e20f })
        {
            float[][] clipped = FirstMoments(row, options, [bad, 4], [1, 2, 3]);
            Assert.IsTrue(clipped.SelectMany(values => values).All(float.IsNaN), $"one gradient was {bad}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ANormOfAllOfZeroOrBelowTheLimitMovesAnUlpAtMost(string row)
    {
        float[] small = Values.Random(300, 1, 0.01f);
        foreach (double limit in new[] { 41, 1.7 })
        {
            float[][] clipped = FirstMoments(
                row, new LambOptions { Beta1 = 0, GlobalClipNorm = limit }, small, [0, 0]);
            foreach ((float expected, float actual) in small.Zip(clipped[0]))
            {
                // c·(1/c) is off by two roundings in Keras too; the product is a third.
                Assert.AreEqual(expected, actual, Math.Abs(expected) * 3 / (1 << 24), $"clipped to {limit}");
            }

            CollectionAssert.AreEqual(new[] { 0f, 0f }, clipped[1]);
        }

        float[][] none = FirstMoments(row, new LambOptions { Beta1 = 0, GlobalClipNorm = 1 }, [0, 0], [0]);
        CollectionAssert.AreEqual(new[] { 0f, 0f, 0f }, none.SelectMany(values => values).ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AllGradientsTogetherAreScaledToANormOfOne(string row)
    {
        var options = new LambOptions { Beta1 = 0, NormalizeGradients = true };
        foreach (float size in new[] { 1e-12f, 1, 1e12f })
        {
            float[][] scaled = FirstMoments(row, options, [size * 3], [0, size * 4]);

            // A sum, a root, a quotient and a product.
            Assert.AreEqual(0.6f, scaled[0][0], 4f / (1 << 24), $"size {size}");
            Assert.AreEqual(0.8f, scaled[1][1], 4f / (1 << 24), $"size {size}");
        }

        float[][] none = FirstMoments(row, options, [0, 0], [0]);
        CollectionAssert.AreEqual(new[] { 0f, 0f, 0f }, none.SelectMany(values => values).ToArray());
        foreach (float bad in new[] { NaN, Infinity, -Infinity, 1e20f })
        {
            float[][] all = FirstMoments(row, options, [bad, 4], [1, 2, 3]);
            Assert.IsTrue(all.SelectMany(values => values).All(float.IsNaN), $"one gradient was {bad}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ASkippedStepOfScaledGradientsChangesNoBit(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(40);
        variables.Fill(3);
        using LambOptimizer optimizer = device.Optimizer(variables, Scaled(8, 2) with { NormalizeGradients = true });
        optimizer.Step();
        int[] before = variables[0].Weights.Read(device.Accelerator).Bits();
        int[] moments = optimizer.FirstMoment(variables[0]).Read(device.Accelerator).Bits();
        optimizer.StepWith(variables, [.. Values.Random(39, 1), Infinity]);
        CollectionAssert.AreEqual(before, variables[0].Weights.Read(device.Accelerator).Bits());
        CollectionAssert.AreEqual(moments, optimizer.FirstMoment(variables[0]).Read(device.Accelerator).Bits());
        Assert.AreEqual(1, optimizer.RawIterations);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void EveryOneOfManyVariablesHasItsFactor(string row)
    {
        float[][] gradients = [.. Enumerable.Range(1, 300).Select(i => new[] { 3f * i, 4f * i })];
        float[][] clipped = FirstMoments(row, new LambOptions { Beta1 = 0, ClipNorm = 500 }, gradients);
        for (int i = 0; i < 300; i++)
        {
            // A norm of 5(i + 1), and three roundings.
            float expected = gradients[i][0] * Math.Min(1, 500f / (5 * (i + 1)));
            Assert.AreEqual(expected, clipped[i][0], expected * 3 / (1 << 24), $"variable {i}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void TheLossScaleDoublesAndHalvesAsInKeras(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(1);
        variables[0].Weights.Write([1f]);
        using LambOptimizer optimizer = device.Optimizer(variables, Scaled(8, 2));
        float[] given = [1, 1, Infinity, 1, NaN, 1, 1], scales = [8, 16, 8, 8, 4, 4, 8];
        int[] finite = [1, 0, 0, 1, 0, 1, 0], taken = [1, 2, 2, 3, 3, 4, 5];
        for (int i = 0; i < given.Length; i++)
        {
            optimizer.StepWith(variables, [given[i]]);
            Assert.AreEqual(new LambLossScale(scales[i], finite[i]), optimizer.ReadLossScale(), $"call {i}");
            Assert.AreEqual(taken[i], optimizer.RawIterations, $"call {i}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void GradientsAreUnscaledWithTheScaleBeforeItGrows(string row)
    {
        float[][] clipped = FirstMoments(row, Scaled(8, 1) with { Beta1 = 0 }, [8f, 16f]);
        CollectionAssert.AreEqual(new[] { 1f, 2f }, clipped[0]);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ANormOfOneIsReachedFromTheLeastNormalNumberToTheRootOfTheGreatest(string row)
    {
        var options = new LambOptions { Beta1 = 0, NormalizeGradients = true };
        foreach (float size in new[] { 3e-39f, 1e-36f, 1e-30f, 1e-23f, 2e-21f, 3e-19f, 1e-15f, 1e-9f, 3e18f })
        {
            float[][] scaled = FirstMoments(row, options, [size * 3], [0, size * 4]);

            // A sum, a root, a quotient and a product; 9e-39 is short of bits itself.
            float bound = (size < 1e-38f ? 64f : 4f) / (1 << 24);
            Assert.AreEqual(0.6f, scaled[0][0], bound, $"size {size}");
            Assert.AreEqual(0.8f, scaled[1][1], bound, $"size {size}");
        }

        // On either side of where one sum takes the place of the other, and small ones among a large one.
        foreach (float size in new[] { 4.6e-10f, 4.7e-10f })
        {
            float[][] switched = FirstMoments(row, options, [.. Enumerable.Repeat(size, 4)]);
            Assert.AreEqual(0.5f, switched[0][3], 4f / (1 << 24), $"size {size}");
        }

        float[][] mixed = FirstMoments(row, options, [1e-30f, 1e3f], [1e-22f]);
        CollectionAssert.AreEqual(new[] { 1e-33f, 1, 1e-25f }, mixed.SelectMany(m => m).ToArray(), new Near(1e-6f));
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ASmallLimitClipsASmallNorm(string row)
    {
        float[] small = [3e-22f, 4e-22f];
        LambOptions[] clips = [new() { ClipNorm = 1e-22 }, new() { GlobalClipNorm = 1e-22 }];
        foreach (LambOptions options in clips)
        {
            float[][] clipped = FirstMoments(row, options with { Beta1 = 0 }, small);
            CollectionAssert.AreEqual(new[] { 0.6e-22f, 0.8e-22f }, clipped[0], new Near(1e-6f), $"{options}");
        }
    }

    private sealed class Near(float relative) : System.Collections.IComparer
    {
        public int Compare(object? x, object? y) =>
            Math.Abs((float)x! - (float)y!) <= relative * Math.Abs((float)x!) ? 0 : 1;
    }

    private static LambOptions Scaled(double scale, int growth) => new()
    {
        DynamicLossScale = new LambDynamicLossScale { InitialScale = scale, DynamicGrowthSteps = growth },
    };

    // With a β₁ of 0 the first moment is the gradient as it was clipped.
    private static float[][] FirstMoments(string row, LambOptions options, params float[][] gradients)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate([.. gradients.Select(gradient => gradient.LongLength)]);
        using LambOptimizer optimizer = device.Optimizer(variables, options);
        optimizer.StepWith(variables, gradients);
        return [.. variables.Select(variable => optimizer.FirstMoment(variable).Read(device.Accelerator))];
    }
}
