using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Reference;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>Some variables trained side by side by the library on a device and by the reference in double.</summary>
internal sealed class KernelCase : IDisposable
{
    private readonly TestDevice device;
    private int seed;

    public KernelCase(TestDevice device, LambOptions options, params long[] lengths)
    {
        this.device = device;
        Variables = device.Allocate(lengths);
        Variables.Fill(1);
        Optimizer = device.Optimizer(Variables, options);
        Reference = new LambReference(Variables.Select(Copy), new ReferenceOptions
        {
            LearningRate = options.LearningRate.Number!.Value,
            Beta1 = options.Beta1.Number!.Value,
            Beta2 = options.Beta2.Number!.Value,
            Epsilon = options.Epsilon,
            WeightDecay = options.WeightDecay,
        });
    }

    /// <summary>Lengths around every boundary: vectors of 4, 8 and 16, groups of 16 and 256, tiles of every
    /// device.</summary>
    public static long[] LengthsFor(TestDevice device)
    {
        long[] all =
        [
            1, 0, 3, 4, 5, 15, 16, 17, 63, 64, 65, 255, 256, 257, 511, 513, 1023, 1025,
            4095, 4096, 4097, 16383, 16384, 16385, 40001,
        ];

        // A simulated group takes a thread a lane and a barrier a halving: nothing beyond a few of its tiles.
        return [.. all.Where(length => length <= 5L * device.Tuning.TileLength)];
    }

    public LambVariables Variables { get; }

    public LambOptimizer Optimizer { get; }

    public LambReference Reference { get; }

    /// <summary>Takes a step on both sides, with new gradients.</summary>
    public void Step()
    {
        seed += 1000;
        float[][] gradients = [.. Variables.Select((variable, i) => Values.Random(variable.Length, seed + i, 0.1f))];
        for (int i = 0; i < Variables.Count; i++)
        {
            Variables[i].Gradients.Write(gradients[i]);
        }

        Optimizer.Step();
        device.Accelerator.Synchronize();
        Reference.Step([.. gradients.Select(Widen)]);
    }

    /// <summary>Fails where a tensor is further from the reference than a bound relative to its largest
    /// value.</summary>
    public void AssertClose(IReadOnlyList<double[]> expected, Func<LambVariable, float[]> read, double bound)
    {
        for (int i = 0; i < Variables.Count; i++)
        {
            float[] actual = read(Variables[i]);
            double scale = expected[i].Select(Math.Abs).DefaultIfEmpty(0).Max();
            for (int at = 0; at < actual.Length; at++)
            {
                double difference = Math.Abs(actual[at] - expected[i][at]);
                Assert.IsTrue(
                    difference <= bound * scale,
                    $"{Variables[i]}: element {at} is {actual[at]:g9}, the reference has {expected[i][at]:g9}");
            }
        }
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        Variables.Dispose();
    }

    private ReferenceVariable Copy(LambVariable variable) =>
        new(variable.Name, variable.Shape, Widen(variable.Weights.Read(device.Accelerator)));

    private static double[] Widen(float[] values) => [.. values.Select(value => (double)value)];
}
