using ILGPU.Runtime;
using Lamb.Gpu.Configuration;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Kernels;

namespace Lamb.Gpu.Tests.Laws;

/// <summary>Averages are nearer to the equation in double than those of Keras in float32, at every momentum.</summary>
[TestClass]
public class AverageLaws
{
    private static readonly double[] Momenta =
        [0.9, 0.99, 0.999, 0.9999, 0.99999, 1 - 1e-6, 1 - 1e-7, 1 - 1e-8];

    public static IEnumerable<object[]> Rows => TestDevice.Rows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AnAverageIsNearerToItsEquationThanKerasInSinglePrecision(string row)
    {
        TestDevice device = TestDevice.Open(row);
        int steps = device.IsSimulated ? Thorough.Choose(100, 300) : Thorough.Choose(600, 3000);
        int apart = device.IsSimulated ? Thorough.Choose(quick: 3, thorough: 1) : 1;
        foreach (double momentum in Momenta.Where((_, i) => i % apart == 0))
        {
            foreach (LambDataType storage in new[] { LambDataType.Float32, LambDataType.BFloat16 })
            {
                Compare(device, storage, momentum, steps);
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ManyMicroStepsAndOverwritingKeepItNear(string row)
    {
        // Weights rest, and the average is written over them in the last of four iterations: all are then the average.
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(33);
        using LambOptimizer optimizer = device.Optimizer(variables, new LambOptions
        {
            LearningRate = 0,
            UseEma = true,
            EmaMomentum = 0.99999,
            GradientAccumulationSteps = 50,
            EmaOverwriteFrequency = 4,
        });
        double average = 1;
        for (int call = 0; call < 199; call++)
        {
            variables[0].Weights.Write([.. Enumerable.Repeat(call < 50 ? 1f : 2f, 33)]);
            optimizer.StepWith(variables, [.. Enumerable.Repeat(1f, 33)]);
            average += call < 50 ? 0 : (1 - 0.99999) * (2 - average);
        }

        float[] averages = optimizer.Average(variables[0]).Read(device.Accelerator);
        Assert.AreEqual(average, averages[0], 2.0 / (1 << 23), "two last places");
        CollectionAssert.AreEqual(averages, variables[0].Weights.Read(device.Accelerator));
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void MomentaOfZeroAndOneAreExactAndRestingWeightsAreReached(string row)
    {
        TestDevice device = TestDevice.Open(row);
        float[] first = [1, -0f, 3e38f, 0.1f, 1e-40f, -7, .. Values.Random(30, 1)];
        float[] second = [-1, 0f, -3e38f, 1e30f, 3, 2, .. Values.Random(30, 2)];
        CollectionAssert.AreEqual(second.Bits(), Averages(device, 0, first, second).Bits());
        CollectionAssert.AreEqual(first, Averages(device, 1, first, second), "a zero may lose its sign");
        float[] resting = [1, 2, -4, 0, 0.1f, -3.9999998f, .. Values.Random(30, 3)];
        CollectionAssert.AreEqual(resting.Bits(), Averages(device, 0.999, [.. Enumerable.Repeat(resting, 64)]).Bits());
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void WhatIsNotFiniteGoesWhereKerasTakesIt(string row)
    {
        TestDevice device = TestDevice.Open(row);
        const float max = float.MaxValue, infinite = float.PositiveInfinity;
        float[] first = [infinite, infinite, -infinite, 1, max, float.NaN, 1, .. new float[30]];
        float[] second = [infinite, -infinite, 1, infinite, -max, 1, float.NaN, .. new float[30]];
        float[] moved = Averages(device, 0.5, first, second);
        CollectionAssert.AreEqual(
            new[] { infinite, float.NaN, -infinite, infinite, 0, float.NaN, float.NaN }, moved[..7]);
    }

    private static void Compare(TestDevice device, LambDataType storage, double momentum, int steps)
    {
        var spec = new LambVariableSpec("w", [33]) { WeightDataType = storage };
        using LambVariables variables = LambVariables.Allocate(device.Accelerator, spec);
        using LambOptimizer optimizer = device.Optimizer(
            variables, new LambOptions { LearningRate = 0, UseEma = true, EmaMomentum = momentum });
        float keras = 1, kept = (float)momentum, share = 1 - kept;
        double exact = 1;
        Write(variables[0], 1);
        optimizer.Step();
        Write(variables[0], 2);
        for (int step = 1; step < steps; step++)
        {
            optimizer.Step();
            keras = (kept * keras) + (share * 2);
            exact += (1 - momentum) * (2 - exact);
        }

        double theirs = Math.Abs(keras - exact);
        foreach (float average in optimizer.Average(variables[0]).Read(device.Accelerator))
        {
            // Dithered roundings nearly cancel: all that came before are a few last places, of either sign. Keras may
            // be as near for some steps on its way past the truth.
            double ours = Math.Abs(average - exact), lastPlace = Math.ScaleB(1, -23);
            Assert.IsLessThan(24 * lastPlace, ours, $"{storage}, {momentum}");
            Assert.IsTrue(
                ours < theirs || ours < 4 * lastPlace, $"{storage}, {momentum}: {ours:g3}, in Keras {theirs:g3}");
        }
    }

    private static void Write(LambVariable variable, float value)
    {
        if (variable.WeightView.DataType == LambDataType.BFloat16)
        {
            variable.WeightView.As<BFloat16>().CopyFromCPU(
                [.. Enumerable.Repeat((BFloat16)value, (int)variable.Length)]);
        }
        else
        {
            variable.Weights.Write([.. Enumerable.Repeat(value, (int)variable.Length)]);
        }
    }

    private static float[] Averages(TestDevice device, double momentum, params float[][] weights)
    {
        using LambVariables variables = device.Allocate(weights[0].Length);
        using LambOptimizer optimizer = device.Optimizer(
            variables, new LambOptions { LearningRate = 0, UseEma = true, EmaMomentum = momentum });
        foreach (float[] each in weights)
        {
            variables[0].Weights.Write(each);
            optimizer.Step();
        }

        return optimizer.Average(variables[0]).Read(device.Accelerator);
    }
}
