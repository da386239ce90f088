using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>Gradients clipped by value, as numpy.clip does it.</summary>
[TestClass]
public class LambUpdateTests
{
    public static IEnumerable<object[]> Rows => TestDevice.KernelRows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AValueIsClippedUpAndDownAndNaNStays(string row)
    {
        float[] values = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0.5f, -0.5f, 0.25f, -0.125f, 0];
        float[] expected = [float.NaN, 0.25f, -0.25f, 0.25f, -0.25f, 0.25f, -0.125f, 0];

        // 37 elements: in the vectors, and in the rest that is taken one by one.
        CollectionAssert.AreEqual(Repeated(expected, 37), FirstMoments(row, 0.25, Repeated(values, 37)));
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AValueOfZeroOrLessIsOff(string row)
    {
        float[] values = Values.Random(37, 3, 10);
        CollectionAssert.AreEqual(values, FirstMoments(row, 0, values));
        CollectionAssert.AreEqual(values, FirstMoments(row, -1, values));
    }

    private static float[] Repeated(float[] values, int length) =>
        [.. Enumerable.Range(0, length).Select(i => values[i % values.Length])];

    private static float[] FirstMoments(string row, double limit, float[] gradients)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(gradients.Length);
        using LambOptimizer optimizer = device.Optimizer(
            variables, new LambOptions { Beta1 = 0, ClipValue = limit });
        optimizer.StepWith(variables, gradients);
        return optimizer.FirstMoment(variables[0]).Read(device.Accelerator);
    }
}
