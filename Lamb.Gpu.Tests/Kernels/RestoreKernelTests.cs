using Lamb.Gpu.Configuration;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>A step that is skipped leaves constrained weights as they were, one that is taken constrains
/// them.</summary>
[TestClass]
public class RestoreKernelTests
{
    public static IEnumerable<object[]> Rows => TestDevice.KernelRows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ASkippedStepLeavesEveryBitOfConstrainedWeights(string row)
    {
        TestDevice device = TestDevice.Open(row);
        long[] lengths = [0, 1, 3, 17, 300, 1025];
        using var variables = LambVariables.Allocate(device.Accelerator, [.. lengths.Select((length, i) =>
            new LambVariableSpec($"v{i}", [length]) { Constraint = new MaxNormConstraint(0.5) })]);
        variables.Fill(1);
        int[] Bits() => [.. variables.SelectMany(variable => variable.Weights.Read(device.Accelerator).Bits())];
        int[] before = Bits();
        using LambOptimizer optimizer = device.Optimizer(
            variables, new LambOptions { DynamicLossScale = new() { InitialScale = 1 } });

        variables[4].Gradients.Write([.. Enumerable.Repeat(float.NaN, 300)]);
        optimizer.Step();
        CollectionAssert.AreEqual(before, Bits());
        Assert.AreEqual(0, optimizer.RawIterations);

        variables[4].Gradients.Write(Values.Random(300, 7));
        optimizer.Step();
        double norm = Math.Sqrt(variables[4].Weights.Read(device.Accelerator).Sum(weight => (double)weight * weight));
        Assert.AreEqual(0.5, norm, 1e-5);
        Assert.AreEqual(1, optimizer.RawIterations);
    }
}
