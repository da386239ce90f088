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

    public static float[] RunWithEverything()
    {
        // with your own buffers
        using var device = LambDevice.Open();
        Accelerator accelerator = device.Accelerator;
        using var weights = accelerator.Allocate1D([.. Enumerable.Repeat(1f, 100)]);
        using var gradients = accelerator.Allocate1D<float>(100);
        using var stream = accelerator.CreateStream();
        var kernel = new LambVariable("kernel", [10, 10], weights.View, gradients.View);
        using var variables = new LambVariables(accelerator, kernel);

        var options = new LambOptions
        {
            LearningRate = new CosineDecay(0.05, decaySteps: 200, warmupTarget: 0.1, warmupSteps: 20),
            GradientAccumulationSteps = 2,                      // call Step for each of the two gradients
            GlobalClipNorm = 1,
            UseEma = true,
            DynamicLossScale = new LambDynamicLossScale(),
        };
        using var optimizer = new LambOptimizer(variables, options, stream);

        // The loss scale is one float on the device: multiply the loss, and so every gradient, by it.
        var backward = accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>>(
            (i, w, g, scale) => g[i] = (w[i] - 3) * scale[0]);
        for (int step = 0; step < 200; step++)
        {
            backward(stream, 100, kernel.Weights, kernel.Gradients, optimizer.LossScale);
            optimizer.Step();
        }

        // Weights and state: a run begins by loading them, if the file is there, and goes on with step RawIterations.
        string path = Path.Combine(Path.GetTempPath(), "lamb.safetensors");
        optimizer.SaveCheckpoint(path);
        optimizer.LoadCheckpoint(path);
        optimizer.FinalizeVariableValues();                     // the averages become the weights
        var trained = new float[100];
        weights.View.CopyToCPU(stream, trained);
        // end
        return trained;
    }

    public static float[] RunInBFloat16()
    {
        // 16 bits
        using var device = LambDevice.Open();
        using var variables = LambVariables.Allocate(
            device.Accelerator,
            new LambVariableSpec("dense/kernel", [64, 32])
            {
                WeightDataType = LambDataType.BFloat16,
                GradientDataType = LambDataType.BFloat16,
            },
            new LambVariableSpec("norm/scale", [32]));

        ArrayView<BFloat16> weights = variables["dense/kernel"].WeightView.As<BFloat16>();
        ArrayView<BFloat16> gradients = variables["dense/kernel"].GradientView.As<BFloat16>();
        weights.CopyFromCPU([.. Enumerable.Repeat((BFloat16)1f, 64 * 32)]);
        gradients.CopyFromCPU([.. Enumerable.Repeat((BFloat16)0.5f, 64 * 32)]);

        using var optimizer = new LambOptimizer(variables, new LambOptions { LearningRate = 1e-4 });
        optimizer.Step();

        // bfloat16 has steps of 1/128 there: the weights still say 1, their master copies do not.
        var masters = new float[64 * 32];
        optimizer.MasterWeights(variables["dense/kernel"]).CopyToCPU(masters);
        // end
        return masters;
    }
}
