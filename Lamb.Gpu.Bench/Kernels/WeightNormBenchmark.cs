using BenchmarkDotNet.Attributes;

namespace Lamb.Gpu.Bench.Kernels;

/// <summary>The norm of the weights beside a copy of the same bytes.</summary>
public class WeightNormBenchmark : KernelBenchmark
{
    /// <inheritdoc/>
    protected override int BytesPerElement => 4;

    private protected override LambOptions Options => new() { WeightAccess = LambWeightAccess.Exclusive };

    /// <summary>The stage that runs it.</summary>
    [Benchmark]
    public void MeasureWeights()
    {
        Launcher.MeasureWeights(Device.Accelerator.DefaultStream);
        Device.Accelerator.Synchronize();
    }
}
