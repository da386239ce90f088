using ILGPU.Runtime;
using Lamb.Gpu.Golden;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Launch;

/// <summary>Optimizers on threads of their own share the kernels of an accelerator, and nothing else.</summary>
[TestClass]
public class KernelLoaderTests
{
    private const int Threads = 3;

    public static IEnumerable<object[]> Rows => TestDevice.Rows;

    public static IEnumerable<object[]> OpenedRows => TestDevice.OpenedRows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void OptimizersOnSeveralThreadsHaveTheBitsOfOne(string row)
    {
        TestDevice device = TestDevice.Open(row);
        int steps = device.IsSimulated ? 5 : 60;
        long[][] alone = [.. Enumerable.Range(0, Threads).Select(seed => Train(device, seed, steps))];
        var together = new long[Threads][];
        var errors = new Exception?[Threads];
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(seed => new Thread(() =>
        {
            try
            {
                together[seed] = Train(device, seed, steps);
            }
            catch (Exception error)
            {
                errors[seed] = error;
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.IsNull(errors.FirstOrDefault(error => error != null));
        for (int seed = 0; seed < Threads; seed++)
        {
            CollectionAssert.AreEqual(alone[seed], together[seed], $"thread {seed}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(OpenedRows))]
    public void SeveralThreadsFindTheDeviceAtOnce(string row)
    {
        _ = TestDevice.Open(row);
        LambDeviceKind kind = row switch
        {
            "cpu" => LambDeviceKind.Cpu,
            "opencl" => LambDeviceKind.OpenCL,
            _ => LambDeviceKind.Cuda,
        };
        var errors = new Exception?[8];
        using var barrier = new Barrier(errors.Length);
        Thread[] threads = [.. errors.Index().Select(each => new Thread(() =>
        {
            barrier.SignalAndWait();
            try
            {
                LambDevice.Open(kind).Dispose();
            }
            catch (NotSupportedException error)
            {
                errors[each.Index] = error;
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.IsNull(errors.FirstOrDefault(error => error != null));
    }

    private static long[] Train(TestDevice device, int seed, int steps)
    {
        using AcceleratorStream stream = device.Accelerator.CreateStream();
        using LambVariables variables = device.Allocate(1000 + seed, 7);
        double rate = 0.01 * (seed + 1);
        var options = new LambOptions { GlobalClipNorm = 1, WeightDecay = 0.1 * seed, LearningRate = rate };
        using var optimizer = new LambOptimizer(variables, options, stream, device.Tuning);
        for (int i = 0; i < variables.Count; i++)
        {
            TypedView.Write(variables[i].WeightView, Values.Random(variables[i].Length, seed + i), stream);
            TypedView.Write(variables[i].GradientView, Values.Random(variables[i].Length, seed - i), stream);
        }

        for (int step = 0; step < steps; step++)
        {
            optimizer.Step();
        }

        return
        [
            .. variables.SelectMany(v => TypedView.Read(v.WeightView, stream).Bits()).Select(bits => (long)bits),
            .. optimizer.SaveState().SelectMany(value => value.Values).Select(BitConverter.DoubleToInt64Bits),
        ];
    }
}
