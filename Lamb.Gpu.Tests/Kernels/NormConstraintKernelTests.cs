using Lamb.Gpu.Configuration;
using Lamb.Gpu.Constraints;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Reference;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>Weights scaled by the norms of their slices, for every kind of slice.</summary>
[TestClass]
public class NormConstraintKernelTests
{
    // n is off by a rounding of the sum and one of the root; then come n + ε, d, the quotient and the product.
    private const double Bound = 6 * 5.9604644775390625e-8;

    private static readonly (long[] Shape, int[] Axis)[] Cases =
    [
        ([], [0]), ([1], [0]), ([5], [0]), ([5], [-1]), ([2000], [0]),
        ([2, 3], [0]), ([2, 3], [1]), ([2, 3], [0, 1]), ([2, 3], [-2]),
        ([3, 3, 2, 4], [0]), ([3, 3, 2, 4], [0, 1]), ([3, 3, 2, 4], [0, 1, 2]), ([3, 3, 2, 4], [3]),
        ([3, 3, 2, 4], [-1]), ([3, 3, 2, 4], [0, 2]), ([3, 3, 2, 4], [1, 3]), ([3, 3, 2, 4], [0, 1, 2, 3]),
        ([1, 4, 1, 3], [0, 2]), ([4, 1, 3], [2, 0]),
        ([70, 67], [0]), ([67, 70], [1]), ([33, 5, 40], [1]), ([2, 2, 2, 2, 2, 2, 2, 2], [0, 2, 4, 6]),
        ([2, 2, 2, 2, 2, 2, 2, 2], [1, 3, 5, 7]),
    ];

    public static IEnumerable<object[]> Rows => TestDevice.KernelRows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void EveryConstraintOfEverySliceIsThatOfTheReference(string row)
    {
        TestDevice device = TestDevice.Open(row);
        var launcher = new ConstraintLauncher(device.Accelerator, device.Tuning);
        foreach ((long[] shape, int[] axis) in Cases)
        {
            foreach ((NormConstraint constraint, NormLimits limits) in ConstraintsOn(axis))
            {
                using var variables = LambVariables.Allocate(device.Accelerator, new LambVariableSpec("w", shape));
                float[] weights = Values.Random(variables[0].Length, 7, 1);
                variables[0].Weights.Write(weights);
                launcher.ConstrainNorms(
                    device.Accelerator.DefaultStream, variables[0].Weights, SliceLayout.Of(variables[0], axis), limits);
                AssertClose(constraint, shape, weights, variables[0].Weights.Read(device.Accelerator));
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ANotANumberStaysInItsSliceAndAnInfiniteNormGivesZero(string row)
    {
        float[] weights = [1, float.NaN, 2e30f, 2, 1, 2e30f];
        float[] read = Constrained(TestDevice.Open(row), [2, 3], weights, NormLimits.Strict(0, 1));
        Assert.AreEqual(1 / MathF.Sqrt(5), read[0], 1e-6f);
        Assert.AreEqual(2 / MathF.Sqrt(5), read[3], 1e-6f);
        CollectionAssert.AreEqual(new[] { float.NaN, float.NaN, 0, 0 }, new[] { read[1], read[4], read[2], read[5] });
        read = Constrained(TestDevice.Open(row), [2, 3], weights, NormLimits.Partial(0, 1, 1));
        CollectionAssert.AreEqual(new[] { float.NaN, float.NaN }, new[] { read[2], read[5] }, "as in Keras, 0·∞");
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void TwoRunsGiveTheSameBitsAndTheNormOfALongSliceIsRight(string row)
    {
        TestDevice device = TestDevice.Open(row);
        float[] weights = [.. Enumerable.Repeat(0.1f, row == "cpu-groups" ? 10_000 : 1_000_000)];
        float[] once = Constrained(device, [weights.Length], weights, NormLimits.Strict(1, 1));
        float[] again = Constrained(device, [weights.Length], weights, NormLimits.Strict(1, 1));
        CollectionAssert.AreEqual(once.Bits(), again.Bits());
        double expected = 1 / Math.Sqrt(weights.Length);
        Assert.AreEqual(expected, once[0], expected * Bound);
    }

    private static float[] Constrained(TestDevice device, long[] shape, float[] weights, NormLimits limits)
    {
        using var variables = LambVariables.Allocate(device.Accelerator, new LambVariableSpec("w", shape));
        variables[0].Weights.Write(weights);
        new ConstraintLauncher(device.Accelerator, device.Tuning).ConstrainNorms(
            device.Accelerator.DefaultStream, variables[0].Weights, SliceLayout.Of(variables[0], [0]), limits);
        return variables[0].Weights.Read(device.Accelerator);
    }

    private static IEnumerable<(NormConstraint Constraint, NormLimits Limits)> ConstraintsOn(int[] axis) =>
    [
        (new MaxNormConstraint(1.25, axis), NormLimits.Strict(0, 1.25)),
        (new UnitNormConstraint(axis), NormLimits.Strict(1, 1)),
        (new MinMaxNormConstraint(0.75, 1.5, 0.25, axis), NormLimits.Partial(0.75, 1.5, 0.25)),
    ];

    private static void AssertClose(NormConstraint constraint, long[] shape, float[] weights, float[] actual)
    {
        double[] expected = ConstraintReference.Apply(constraint, shape, [.. weights.Select(weight => (double)weight)]);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.IsTrue(
                Math.Abs(actual[i] - expected[i]) <= Bound * Math.Abs(expected[i]),
                $"{constraint} of [{string.Join(", ", shape)}]: element {i} is {actual[i]:g9}, "
                + $"the reference has {expected[i]:g9}");
        }
    }
}
