using ILGPU;
using ILGPU.Runtime;

namespace Lamb.Gpu.Tests.Documents;

/// <summary>The quick start of the README: a test holds the two equal, and runs this one.</summary>
internal static class QuickStart
{
    public static float[] Run()
    {
        // quick start
        using var device = LambDevice.Open();
        using var variables = LambVariables.Allocate(
            device.Accelerator,
            new LambVariableSpec("dense/kernel", [64, 32]),
            new LambVariableSpec("dense/bias", [32]) { ExcludeFromWeightDecay = true });
        variables["dense/kernel"].Weights.CopyFromCPU([.. Enumerable.Repeat(1f, 64 * 32)]);

        var options = new LambOptions { LearningRate = 0.05, WeightDecay = 0.001 };
        using var optimizer = new LambOptimizer(variables, options);

        // Your backend's kernel writes the gradients. This one pulls every weight towards 3.
        var backward = device.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>>(
            (i, weights, gradients) => gradients[i] = weights[i] - 3);

        for (int step = 0; step < 100; step++)
        {
            foreach (LambVariable variable in variables)
            {
                backward((int)variable.Length, variable.Weights, variable.Gradients);
            }

            optimizer.Step();
        }

        foreach (LambTrustRatio ratio in optimizer.ReadTrustRatios())
        {
            Console.WriteLine($"{ratio.Name}: |w| = {ratio.WeightNorm:F2}, trust ratio {ratio.TrustRatio:F3}");
        }

        var trained = new float[64 * 32];
        variables["dense/kernel"].Weights.CopyToCPU(trained);
        Console.WriteLine($"dense/kernel[0] = {trained[0]:F3}");
        // end
        return trained;
    }
}
