using BenchmarkDotNet.Attributes;

namespace Lamb.Gpu.Bench.Kernels;

/// <summary>The moment update beside a copy of the same bytes.</summary>
public class MomentBenchmark : KernelBenchmark
{
    /// <inheritdoc/>
    protected override int BytesPerElement => 24;

    /// <summary>m, v, Σu² and Σw².</summary>
    [Benchmark]
    public void UpdateMoments()
    {
        Launcher.UpdateMoments(Device.Accelerator.DefaultStream, Scalars);
        Device.Accelerator.Synchronize();
    }
}
