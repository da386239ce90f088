using BenchmarkDotNet.Attributes;

namespace Lamb.Gpu.Bench.Kernels;

/// <summary>The apply stage beside a copy of the same bytes.</summary>
public class ApplyBenchmark : KernelBenchmark
{
    /// <inheritdoc/>
    protected override int BytesPerElement => 16;

    /// <summary>w.</summary>
    [Benchmark]
    public void ApplyUpdate()
    {
        Launcher.ApplyUpdate(Device.Accelerator.DefaultStream, Scalars);
        Device.Accelerator.Synchronize();
    }
}
