using BenchmarkDotNet.Attributes;

namespace Lamb.Gpu.Bench.Kernels;

/// <summary>The apply stage with an average beside a copy of the same bytes.</summary>
public class AverageBenchmark : KernelBenchmark
{
    /// <inheritdoc/>
    protected override int BytesPerElement => 24;

    private protected override LambOptions Options => new() { LearningRate = 1e-6, UseEma = true };

    /// <summary>The stage that runs it.</summary>
    [Benchmark]
    public void ApplyAndAverage()
    {
        Launcher.ApplyUpdate(Device.Accelerator.DefaultStream, Scalars);
        Device.Accelerator.Synchronize();
    }
}
