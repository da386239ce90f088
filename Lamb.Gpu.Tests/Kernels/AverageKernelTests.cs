using Lamb.Gpu.Configuration;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>Averages of weights of every length are those of the reference, on every call of Step.</summary>
[TestClass]
public class AverageKernelTests
{
    public static IEnumerable<object[]> Rows => TestDevice.KernelRows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AveragesAreThoseOfTheReference(string row) =>
        Compare(row, new LambOptions { LearningRate = 0.05, UseEma = true, EmaMomentum = 0.75 });

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void TheyOverwriteTheWeightsNowAndThen(string row) => Compare(
        row, new LambOptions { LearningRate = 0.05, UseEma = true, EmaMomentum = 0.75, EmaOverwriteFrequency = 2 });

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void TheyMoveOnMicroStepsToo(string row)
    {
        var options = new LambOptions
        {
            LearningRate = 0.05,
            UseEma = true,
            EmaMomentum = 0.75,
            EmaOverwriteFrequency = 2,
            GradientAccumulationSteps = 2,
        };
        Compare(row, options);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void TheFirstStepCopiesTheWeightsToTheBit(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using var both = new KernelCase(device, new LambOptions { UseEma = true }, KernelCase.LengthsFor(device));
        both.Step();
        foreach (LambVariable variable in both.Variables)
        {
            CollectionAssert.AreEqual(
                variable.Weights.Read(device.Accelerator).Bits(),
                both.Optimizer.Average(variable).Read(device.Accelerator).Bits(),
                variable.ToString());
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void TheAverageOfAVariableWithoutAGradientMoves(string row)
    {
        TestDevice device = TestDevice.Open(row);
        var options = new LambOptions { UseEma = true, EmaMomentum = 0.5, EmaOverwriteFrequency = 3 };
        using LambVariables variables = device.Allocate(1, 300);
        using LambOptimizer optimizer = device.Optimizer(variables, options);
        variables[1].Weights.Write([.. Enumerable.Repeat(8f, 300)]);
        optimizer.StepWith(variables, [1f], null);
        variables[1].Weights.Write([.. Enumerable.Repeat(4f, 300)]);
        optimizer.StepWith(variables, [1f], null);
        AssertAll(6, optimizer.Average(variables[1]).Read(device.Accelerator));
        AssertAll(4, variables[1].Weights.Read(device.Accelerator));
        optimizer.StepWith(variables, [1f], null);
        AssertAll(5, variables[1].Weights.Read(device.Accelerator));
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void MicroStepsMoveAverageAndWeightsAsInKeras(string row)
    {
        TestDevice device = TestDevice.Open(row);
        var options = new LambOptions
        {
            LearningRate = 0.5,
            UseEma = true,
            EmaMomentum = 0.5,
            GradientAccumulationSteps = 2,
        };
        using LambVariables variables = device.Allocate(1);
        variables[0].Weights.Write([1f]);
        using LambOptimizer optimizer = device.Optimizer(variables, options);
        float[] weights = [1, 0.5f, 0.5f, 0.25f, 0.25f], averages = [1, 0.5f, 0.5f, 0.375f, 0.3125f];
        for (int i = 0; i < 5; i++)
        {
            optimizer.StepWith(variables, [1f]);

            // η·r·u is half of w but for the roundings of r and u.
            Assert.AreEqual(weights[i], variables[0].Weights.Read(device.Accelerator)[0], 1e-6f, $"call {i}");
            Assert.AreEqual(averages[i], optimizer.Average(variables[0]).Read(device.Accelerator)[0], 1e-6f);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void TheAverageMovesAfterASkippedCallThatOnlyOverwrote(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using var variables = LambVariables.Allocate(
            device.Accelerator,
            new LambVariableSpec("trained", [1]),
            new LambVariableSpec("set", [1]) { OverwriteWithGradient = true });
        variables[0].Weights.Write([3f]);
        using LambOptimizer optimizer = device.Optimizer(
            variables, new LambOptions { UseEma = true, DynamicLossScale = new LambDynamicLossScale() });
        optimizer.StepWith(variables, null, [float.NaN]);
        optimizer.StepWith(variables, [1f], [1f]);
        CollectionAssert.AreEqual(
            variables[0].Weights.Read(device.Accelerator),
            optimizer.Average(variables[0]).Read(device.Accelerator));
    }

    private static void Compare(string row, LambOptions options)
    {
        TestDevice device = TestDevice.Open(row);
        using var both = new KernelCase(device, options, KernelCase.LengthsFor(device));
        for (int step = 1; step <= 8; step++)
        {
            both.Step();

            // Weights as in ApplyKernelTests, and three roundings a step for the average that may become the weight.
            double bound = step * 5 * Math.Pow(2, -24);
            both.AssertClose(
                [.. both.Reference.Variables.Select(variable => variable.Average)],
                variable => both.Optimizer.Average(variable).Read(device.Accelerator),
                bound);
            both.AssertWeights(bound);
        }
    }

    private static void AssertAll(float expected, float[] actual) =>
        CollectionAssert.AreEqual(Enumerable.Repeat(expected, actual.Length).ToArray(), actual);
}
