using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>Weights of every length are those of the reference.</summary>
[TestClass]
public class ApplyKernelTests
{
    public static IEnumerable<object[]> Rows => TestDevice.Rows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void WeightsAreThoseOfTheReference(string row)
    {
        TestDevice device = TestDevice.Open(row);
        var options = new LambOptions { LearningRate = 0.05, WeightDecay = 0.1 };
        using var both = new KernelCase(device, options, KernelCase.LengthsFor(device));
        for (int step = 1; step <= 4; step++)
        {
            both.Step();

            // A weight is rounded once a step; η·r·u, a twentieth of it, is off by some ten roundings more, and by the
            // rounding of v where the gradients of two steps nearly cancel in it.
            double bound = step * 2 * Math.Pow(2, -24);
            both.AssertClose(both.Reference.Weights, variable => variable.Weights.Read(device.Accelerator), bound);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ARateOfZeroChangesNoBit(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(1000);
        variables.Fill(5);
        int[] before = variables[0].Weights.Read(device.Accelerator).Bits();
        using LambOptimizer optimizer = device.Optimizer(
            variables, new LambOptions { LearningRate = 0, WeightDecay = 0.5 });
        optimizer.Step();
        CollectionAssert.AreEqual(before, variables[0].Weights.Read(device.Accelerator).Bits());
    }
}
