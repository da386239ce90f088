using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>Weights of every length are those of the reference.</summary>
[TestClass]
public class ApplyKernelTests
{
    private static readonly LambOptions Quick = new() { LearningRate = 0.05, WeightDecay = 0.1 };

    private static readonly LambOptions[] Variants =
    [
        Quick with { WeightDecayMode = LambWeightDecayMode.Update },

        // Less than makes a gradient zero: its sign would be that of a rounding.
        Quick with { WeightDecayMode = LambWeightDecayMode.Gradient, WeightDecay = 0.01 },
        Quick with { BiasCorrection = LambBiasCorrection.None },
        Quick with { BiasCorrection = LambBiasCorrection.LearningRate },
        Quick with { GradientAveraging = false },
        Quick with { WeightDecay = null, TrustRatioScope = LambTrustRatioScope.Decayed },
        Quick with { TrustRatioMin = 0.9, TrustRatioMax = 0.95 },
        Quick with { NormalizeGradients = true },
        Quick with
        {
            WeightDecayMode = LambWeightDecayMode.Update,
            BiasCorrection = LambBiasCorrection.LearningRate,
            WeightNormMin = 0.7,
            WeightNormMax = 2,
            UseEma = true,
            GradientAccumulationSteps = 2,
        },
    ];

    public static IEnumerable<object[]> Rows => TestDevice.KernelRows;

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
    public void WeightsOfEveryVariantAreThoseOfTheReference(string row)
    {
        TestDevice device = TestDevice.Open(row);
        foreach (LambOptions options in Variants)
        {
            using var both = new KernelCase(device, options, KernelCase.LengthsFor(device));
            for (int step = 1; step <= 4; step++)
            {
                // A gradient near zero would leave a v of which little is certain.
                both.Step([.. both.NewGradients().Select(gradient => Array.ConvertAll(gradient, Away))]);

                // η·r·u is at most half of the largest weight, and is off by some twenty roundings; a weight takes two.
                double bound = step * (2 + (20 / 2)) * Math.Pow(2, -24);
                both.AssertWeights(bound);
            }
        }
    }

    private static float Away(float gradient) => MathF.CopySign(0.05f + (MathF.Abs(gradient) / 2), gradient);

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
