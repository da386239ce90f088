using BenchmarkDotNet.Attributes;

namespace Lamb.Gpu.Bench.Kernels;

/// <summary>The trust ratio beside a copy of one float: what it costs is its launch.</summary>
public class TrustRatioBenchmark : KernelBenchmark
{
    /// <inheritdoc/>
    protected override int BytesPerElement => 0;

    /// <summary>‖w‖ / ‖u‖.</summary>
    [Benchmark]
    public void ComputeTrustRatios()
    {
        Launcher.ComputeTrustRatios(Device.Accelerator.DefaultStream, Scalars);
        Device.Accelerator.Synchronize();
    }
}
