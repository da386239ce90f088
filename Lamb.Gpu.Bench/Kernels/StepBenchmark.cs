using BenchmarkDotNet.Attributes;
using Lamb.Gpu.Bench.Roofline;

namespace Lamb.Gpu.Bench.Kernels;

/// <summary>A whole step, by model and by kind, beside its twin and a copy of as many bytes.</summary>
public class StepBenchmark
{
    private LambDevice device = null!;
    private MeasuredStep measured = null!;

    /// <summary>The variables.</summary>
    [Params("small", "resnet-50", "bert-base")]
    public string Model { get; set; } = "";

    /// <summary>The options.</summary>
    [Params("plain", "clip", "dynamic", "ema", "accumulate")]
    public string Kind { get; set; } = "";

    /// <summary>Opens the device and fills every buffer.</summary>
    [GlobalSetup]
    public void Setup()
    {
        device = LambDevice.Open();
        measured = new MeasuredStep(device.Accelerator, ModelShapes.Find(Model), StepKind.Find(Kind));
    }

    /// <summary>The floor: a copy on the device.</summary>
    [Benchmark(Baseline = true)]
    public void Copy()
    {
        measured.Copy.Run();
        device.Accelerator.Synchronize();
    }

    /// <summary>The same bytes through the same launches, without arithmetic.</summary>
    [Benchmark]
    public void Twin()
    {
        measured.Twin.Step();
        device.Accelerator.Synchronize();
    }

    /// <summary>The step.</summary>
    [Benchmark]
    public void Step()
    {
        measured.Optimizer.Step();
        device.Accelerator.Synchronize();
    }

    /// <summary>Frees everything.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        measured.Dispose();
        device.Dispose();
    }
}
