using Lamb.Gpu.Configuration;
using Lamb.Gpu.Constraints;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>Negative weights become zero, and no others change.</summary>
[TestClass]
public class NonNegativeConstraintKernelTests
{
    public static IEnumerable<object[]> Rows => TestDevice.KernelRows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void NegativeWeightsBecomeZeroAndNoOtherBitChanges(string row)
    {
        TestDevice device = TestDevice.Open(row);
        var launcher = new ConstraintLauncher(device.Accelerator, device.Tuning);
        foreach (long length in KernelCase.LengthsFor(device).Where(length => length > 0))
        {
            using LambVariables variables = device.Allocate(length);
            float[] weights = Values.Random(length, 3);
            weights[^1] = float.NaN;
            weights[length / 2] = float.NegativeInfinity;
            variables[0].Weights.Write(weights);
            launcher.ConstrainToNonNegative(device.Accelerator.DefaultStream, variables[0].Weights);
            int[] expected = weights.Select(weight => weight < 0 ? 0 : weight).ToArray().Bits();
            CollectionAssert.AreEqual(expected, variables[0].Weights.Read(device.Accelerator).Bits(), $"{length}");
        }
    }
}
