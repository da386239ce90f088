using BenchmarkDotNet.Attributes;

namespace Lamb.Gpu.Bench.Kernels;

/// <summary>The decision beside a copy of one float: what it costs is its launch.</summary>
public class DecisionBenchmark : KernelBenchmark
{
    /// <inheritdoc/>
    protected override int BytesPerElement => 0;

    private protected override LambOptions Options => new() { DynamicLossScale = new LambDynamicLossScale() };

    /// <summary>The stage that runs it.</summary>
    [Benchmark]
    public void Decide()
    {
        Launcher.Decide(Device.Accelerator.DefaultStream, Scalars, slot: 0);
        Device.Accelerator.Synchronize();
    }
}
