using ILGPU.Runtime;
using Lamb.Gpu.Configuration;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>m and v of every length are those of the reference.</summary>
[TestClass]
public class MomentKernelTests
{
    public static IEnumerable<object[]> Rows => TestDevice.KernelRows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void MomentsAreThoseOfTheReference(string row)
    {
        TestDevice device = TestDevice.Open(row);
        Accelerator accelerator = device.Accelerator;
        var options = new LambOptions { Beta1 = 0.8, Beta2 = 0.95, WeightDecay = 0.1 };
        using var both = new KernelCase(device, options, KernelCase.LengthsFor(device));
        for (int step = 1; step <= 4; step++)
        {
            both.Step();

            // Three roundings a step, and 1 − β rounded once: each at most 2⁻²⁴ of what it rounds, which the largest
            // gradient bounds; a moment may be a third of that.
            double bound = step * 3 * 3 * Math.Pow(2, -24);
            LambOptimizer optimizer = both.Optimizer;
            both.AssertClose(both.Reference.FirstMoments, v => optimizer.FirstMoment(v).Read(accelerator), bound);
            both.AssertClose(both.Reference.SecondMoments, v => optimizer.SecondMoment(v).Read(accelerator), bound);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void MomentsWithoutAveragingAndWithDecayOfTheGradientAreThoseOfTheReference(string row)
    {
        TestDevice device = TestDevice.Open(row);
        Accelerator accelerator = device.Accelerator;
        var options = new LambOptions
        {
            LearningRate = 0.01,
            Beta1 = 0.8,
            Beta2 = 0.95,
            WeightDecay = 0.1,
            WeightDecayMode = LambWeightDecayMode.Gradient,
            GradientAveraging = false,
        };
        using var both = new KernelCase(device, options, KernelCase.LengthsFor(device));
        for (int step = 1; step <= 4; step++)
        {
            both.Step();

            // As above; two roundings more in g + λ·w, two in 1 / (1 − β₁), and four a step of the weight in it.
            double bound = step * (3 + 2 + 2 + 4) * 3 * Math.Pow(2, -24);
            LambOptimizer optimizer = both.Optimizer;
            both.AssertClose(both.Reference.FirstMoments, v => optimizer.FirstMoment(v).Read(accelerator), bound);
            both.AssertClose(both.Reference.SecondMoments, v => optimizer.SecondMoment(v).Read(accelerator), bound);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ANotANumberStaysInItsElement(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(300);
        variables.Fill(5);
        float[] gradients = Values.Random(300, 9);
        gradients[17] = float.NaN;
        variables[0].Gradients.Write(gradients);
        using LambOptimizer optimizer = device.Optimizer(variables);
        optimizer.Step();
        float[] moments = optimizer.FirstMoment(variables[0]).Read(device.Accelerator);
        CollectionAssert.AreEqual(
            new[] { 17 }, Enumerable.Range(0, 300).Where(i => float.IsNaN(moments[i])).ToArray());
    }
}
