using Lamb.Gpu.Configuration;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>Variables that are set have the value they are given, to the bit.</summary>
[TestClass]
public class OverwriteKernelTests
{
    private static readonly LambOptions Everything = new()
    {
        LossScaleFactor = 8,
        ClipValue = 1e-3,
        WeightDecay = 0.5,
        UseEma = true,
        EmaOverwriteFrequency = 1,
    };

    public static IEnumerable<object[]> Rows => TestDevice.KernelRows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void TheGradientIsTheNewValueWhateverTheOptions(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using var both = new KernelCase(device, Everything, Specs(device));
        for (int step = 0; step < 3; step++)
        {
            float[][] given = both.NewGradients();
            both.Step(given);
            for (int i = 1; i < given.Length; i++)
            {
                CollectionAssert.AreEqual(
                    given[i].Bits(), both.Variables[i].Weights.Read(device.Accelerator).Bits(), NameOf(i));
            }
        }

        string NameOf(int i) => both.Variables[i].ToString();
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AWindowEndsWithItsMaximum(string row)
    {
        TestDevice device = TestDevice.Open(row);
        LambOptions options = Everything with { GradientAccumulationSteps = 3 };
        using var both = new KernelCase(device, options, Specs(device));
        for (int step = 1; step <= 6; step++)
        {
            both.Step();
            for (int i = 1; i < both.Variables.Count; i++)
            {
                // A maximum does not round.
                float[] expected = [.. both.Reference.Weights[i].Select(value => (float)value)];
                CollectionAssert.AreEqual(
                    expected, both.Variables[i].Weights.Read(device.Accelerator), $"{both.Variables[i]}, step {step}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AWindowThatOnlyOverwritesLeavesNothingToTheNext(string row)
    {
        // After such a window sums go on, so that the next one adds to what it finds.
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = Pair(device, 37);
        using LambOptimizer optimizer = device.Optimizer(variables, new() { GradientAccumulationSteps = 2 });
        foreach (float value in new float[] { 5, 4, 1, 2 })
        {
            optimizer.StepWith(variables, [null, [.. Enumerable.Repeat(value, 37)]]);
        }

        CollectionAssert.AreEqual(
            Enumerable.Repeat(2f, 37).ToArray(), variables[1].Weights.Read(device.Accelerator));
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AMaximumWithNaNIsNaN(string row)
    {
        TestDevice device = TestDevice.Open(row);
        var options = new LambOptions { GradientAccumulationSteps = 2 };
        using LambVariables variables = Pair(device, 37);
        using LambOptimizer optimizer = device.Optimizer(variables, options);
        float[] first = [.. Enumerable.Repeat(5f, 37)], second = [.. Enumerable.Repeat(-5f, 37)];
        (first[0], second[1], first[35], second[36]) = (float.NaN, float.NaN, float.NaN, float.NaN);
        first[2] = float.PositiveInfinity;
        optimizer.StepWith(variables, [[1f], first]);
        optimizer.StepWith(variables, [[1f], second]);
        float[] weights = variables[1].Weights.Read(device.Accelerator);
        CollectionAssert.AreEqual(
            new[] { 0, 1, 35, 36 }, Enumerable.Range(0, 37).Where(i => float.IsNaN(weights[i])).ToArray());
        Assert.AreEqual(float.PositiveInfinity, weights[2]);
        Assert.AreEqual(5f, weights[3]);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void WithoutAGradientTheValueStays(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = Pair(device, 300);
        variables.Fill(7);
        int[] before = variables[1].Weights.Read(device.Accelerator).Bits();
        using LambOptimizer optimizer = device.Optimizer(variables, Everything);
        optimizer.StepWith(variables, [[1f], null]);
        CollectionAssert.AreEqual(before, variables[1].Weights.Read(device.Accelerator).Bits());
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AStepThatOnlyOverwritesCountsAndLetsTheAveragesRest(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = Pair(device, 37);
        variables[0].Weights.Write([3f]);
        using LambOptimizer optimizer = device.Optimizer(variables, Everything);
        optimizer.StepWith(variables, [null, Values.Random(37, 1)]);
        Assert.AreEqual(1, optimizer.Iterations);
        Assert.AreEqual(3f, variables[0].Weights.Read(device.Accelerator)[0]);
        Assert.AreEqual(0f, optimizer.Average(variables[0]).Read(device.Accelerator)[0]);
    }

    // One variable is trained: without one no average moves.
    private static LambVariableSpec[] Specs(TestDevice device) =>
    [
        new("trained", [5]),
        .. KernelCase.LengthsFor(device).Select(
            (length, i) => new LambVariableSpec($"v{i}", [length]) { OverwriteWithGradient = true }),
    ];

    private static LambVariables Pair(TestDevice device, long length) => LambVariables.Allocate(
        device.Accelerator,
        new LambVariableSpec("trained", [1]),
        new LambVariableSpec("set", [length]) { OverwriteWithGradient = true });
}
