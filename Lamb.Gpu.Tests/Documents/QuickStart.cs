using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace Lamb.Gpu.Tests.Documents;

/// <summary>The code of the documents: a test holds the two equal, and others run this one.</summary>
internal static class QuickStart
{
    public static float[] Run()
    {
        // quick start
        using var device = LambDevice.Open();
        using var variables = LambVariables.Allocate(device.Accelerator, new LambVariableSpec("kernel", [64, 32]));
        LambVariable kernel = variables["kernel"];
        kernel.Weights.CopyFromCPU([.. Enumerable.Repeat(1f, 64 * 32)]);
        var options = new LambOptions { LearningRate = 0.05, WeightDecay = 0.001 };
        using var optimizer = new LambOptimizer(variables, options);

        // Your backend's kernel writes the gradients. This one pulls every weight towards 3.
        var backward = device.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>>(
            (i, weights, gradients) => gradients[i] = weights[i] - 3);
        for (int step = 0; step < 100; step++)
        {
            backward((int)kernel.Length, kernel.Weights, kernel.Gradients);
            optimizer.Step();
        }

        Console.WriteLine($"trust ratio {optimizer.ReadTrustRatios()[0].TrustRatio:F3}");
        // end
        return Read(kernel.Weights);
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

        // Weights and state. A run starts by loading them, if the file exists, and continues at step RawIterations.
        string path = Path.Combine(Path.GetTempPath(), "lamb.safetensors");
        optimizer.SaveCheckpoint(path);
        optimizer.LoadCheckpoint(path);
        optimizer.FinalizeVariableValues();                     // the averages become the weights
        var trained = new float[100];
        weights.View.CopyToCPU(stream, trained);
        // end
        return trained;
    }

    public static float[] RunOnMemoryOfTheCaller()
    {
        // memory you own
        using var device = LambDevice.Open(LambDeviceKind.Cpu);
        float[] memory = GC.AllocateArray<float>(100, pinned: true);
        nint pointer = Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0);

        using var weights = CPUMemoryBuffer.Create(device.Accelerator, pointer, 100, sizeof(float));
        using var gradients = device.Accelerator.Allocate1D<float>([.. Enumerable.Repeat(1f, 100)]);
        var kernel = new LambVariable("kernel", [10, 10], weights.AsArrayView<float>(0, 100), gradients.View);
        using var variables = new LambVariables(device.Accelerator, kernel);
        using var optimizer = new LambOptimizer(variables, new LambOptions { LearningRate = 0.1 });
        optimizer.Step();
        device.Accelerator.Synchronize();                       // the step has written memory
        // end
        return memory;
    }

    public static float[] RunInRanges()
    {
        // in ranges
        using var device = LambDevice.Open();
        using var weights = device.Accelerator.Allocate1D([.. Enumerable.Repeat(1f, 100_000)]);
        using var gradients = device.Accelerator.Allocate1D<float>(100_000);
        var backward = device.Accelerator.LoadAutoGroupedStreamKernel<Index1D, int, ArrayView<float>, ArrayView<float>>(
            (worker, workers, w, g) =>
            {
                for (long i = worker; i < w.Length; i += workers)
                {
                    g[i] = w[i] - 3;
                }
            });

        bool isCpu = device.Accelerator.AcceleratorType == AcceleratorType.CPU;
        int workers = isCpu ? Environment.ProcessorCount : (int)weights.Length;
        backward(workers, workers, weights.View, gradients.View);
        // end
        return Read(gradients.View);
    }

    public static float[] RunInBFloat16()
    {
        // 16-bit
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

        // bfloat16 has steps of 1/128 at 1: the weights are still 1, their master copies are not.
        var masters = new float[64 * 32];
        optimizer.MasterWeights(variables["dense/kernel"]).CopyToCPU(masters);
        // end
        return masters;
    }

    private static float[] Read(ArrayView<float> view)
    {
        var values = new float[view.Length];
        view.CopyToCPU(values);
        return values;
    }
}
