using BenchmarkDotNet.Attributes;

namespace Lamb.Gpu.Bench.Kernels;

/// <summary>A micro-step beside a copy of the same bytes.</summary>
public class AccumulateBenchmark : KernelBenchmark
{
    /// <inheritdoc/>
    protected override int BytesPerElement => 12;

    private protected override LambOptions Options => new() { GradientAccumulationSteps = 4 };

    private protected override long RawIteration => 1;

    /// <summary>The stage that runs it.</summary>
    [Benchmark]
    public void Accumulate()
    {
        Launcher.ApplyUpdate(Device.Accelerator.DefaultStream, Scalars);
        Device.Accelerator.Synchronize();
    }
}
