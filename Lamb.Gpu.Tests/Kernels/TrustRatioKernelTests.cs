using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>Norms and trust ratios: as exact for long variables as for short ones, and sane where norms are
/// not.</summary>
[TestClass]
public class TrustRatioKernelTests
{
    public static IEnumerable<object[]> Rows => TestDevice.Rows;

    public static IEnumerable<object[]> OpenedRows => TestDevice.OpenedRows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void NormsAreThoseOfTheReference(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(KernelCase.LengthsFor(device));
        variables.Fill(1);
        double[] norms = [.. variables.Select(variable => Math.Sqrt(
            variable.Weights.Read(device.Accelerator).Sum(weight => (double)weight * weight)))];
        using LambOptimizer optimizer = device.Optimizer(variables);
        optimizer.Step();
        foreach ((LambTrustRatio ratio, double norm) in optimizer.ReadTrustRatios().Zip(norms))
        {
            Assert.AreEqual(norm, ratio.WeightNorm, norm * 5e-7, ratio.Name);
            Assert.AreEqual(norm == 0 ? 1 : ratio.WeightNorm / ratio.UpdateNorm, ratio.TrustRatio, ratio.Name);
        }
    }

    [TestMethod]
    [DynamicData(nameof(OpenedRows))]
    public void TheNormOfALongVariableIsRight(string row)
    {
        // Equal numbers round the same way each time: the worst case of a plain sum. As users make the optimizer.
        TestDevice device = TestDevice.Open(row);
        int length = row == "cpu" ? 20_000_000 : device.IsSimulated ? 50_000 : 2_000_000;
        using LambVariables variables = device.Allocate(length);
        variables[0].Weights.Write([.. Enumerable.Repeat(0.1f, length)]);
        using var optimizer = new LambOptimizer(variables);
        optimizer.Step();
        double expected = Math.Sqrt(length * (double)0.1f * 0.1f);
        Assert.AreEqual(expected, optimizer.ReadTrustRatios()[0].WeightNorm, expected * 5e-7);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ANormThatOverflowsIsInfiniteAndOneOfNaNGivesARatioOfOne(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(600, 600);
        variables[0].Weights.Write([.. Enumerable.Repeat(1e30f, 600)]);
        variables[0].Gradients.Write([.. Enumerable.Repeat(1f, 600)]);
        variables[1].Weights.Write([.. Enumerable.Repeat(1f, 599), float.NaN]);
        variables[1].Gradients.Write([.. Enumerable.Repeat(1f, 600)]);
        using LambOptimizer optimizer = device.Optimizer(variables);
        optimizer.Step();
        IReadOnlyList<LambTrustRatio> ratios = optimizer.ReadTrustRatios();
        Assert.AreEqual(float.PositiveInfinity, ratios[0].WeightNorm);
        Assert.AreEqual(float.PositiveInfinity, ratios[0].TrustRatio);
        Assert.AreEqual(float.NaN, ratios[1].WeightNorm);
        Assert.AreEqual(1f, ratios[1].TrustRatio);
        Assert.AreEqual(0.999f, variables[1].Weights.Read(device.Accelerator)[0], 1e-6f);
    }
}
