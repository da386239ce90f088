using Lamb.Gpu.Kernels;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>Norms of weights that an update does not read are as exact as those that it does.</summary>
[TestClass]
public class WeightNormKernelTests
{
    public static IEnumerable<object[]> Rows => TestDevice.KernelRows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void NormsAreThoseOfTheReference(string row)
    {
        TestDevice device = TestDevice.Open(row);
        var options = new LambOptions
        {
            LearningRate = 0.1,
            WeightDecay = 0.5,
            WeightAccess = LambWeightAccess.ExclusiveChecked,
        };
        using LambVariables variables = device.Allocate(KernelCase.LengthsFor(device));
        variables.Fill(1);
        using LambOptimizer optimizer = device.Optimizer(variables, options);
        for (int step = 1; step <= 3; step++)
        {
            double[] norms = [.. variables.Select(variable => Math.Sqrt(
                variable.Weights.Read(device.Accelerator).Sum(weight => (double)weight * weight)))];
            optimizer.Step();
            foreach ((LambTrustRatio ratio, double norm) in optimizer.ReadTrustRatios().Zip(norms))
            {
                // 1 − λη, its square and the product with the sum: three roundings, halved by the root, and λη itself.
                double expected = (1 - 0.05) * norm;
                Assert.AreEqual(expected, ratio.WeightNorm, expected * 7e-7, $"{ratio.Name}, step {step}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void WhatIsKeptHasTheBitsOfWhatIsMeasured(string row)
    {
        TestDevice device = TestDevice.Open(row);
        var options = new LambOptions { WeightDecay = 0.5, WeightAccess = LambWeightAccess.Exclusive };
        using LambVariables one = device.Allocate(KernelCase.LengthsFor(device));
        using LambVariables other = device.Allocate(KernelCase.LengthsFor(device));
        one.Fill(1);
        other.Fill(1);
        using LambOptimizer keeping = device.Optimizer(one, options), measuring = device.Optimizer(other, options);
        for (int step = 1; step <= 3; step++)
        {
            keeping.Step();
            measuring.NotifyWeightsChanged();
            measuring.Step();
            CollectionAssert.AreEqual(
                keeping.ReadTrustRatios().ToArray(), measuring.ReadTrustRatios().ToArray(), $"step {step}");
        }
    }

    [TestMethod]
    public void AnUpdateReadsTheWeightsOnce()
    {
        Assert.AreEqual(
            Streams.Gradient | Streams.FirstMoment | Streams.SecondMoment,
            MomentKernel<DirectGradient, ExclusiveWeights>.Reads);
        Assert.AreEqual(ApplyKernel.Reads, WeightNormKernel<ApplyKernel>.Reads);
        Assert.AreEqual(ApplyKernel.Writes, WeightNormKernel<ApplyKernel>.Writes);
    }
}
