using BenchmarkDotNet.Attributes;

namespace Lamb.Gpu.Bench.Kernels;

/// <summary>Overwriting with the gradient beside a copy of the same bytes.</summary>
public class OverwriteBenchmark : KernelBenchmark
{
    /// <inheritdoc/>
    protected override int BytesPerElement => 16;

    private protected override bool Overwrites => true;

    /// <summary>The stage that runs it.</summary>
    [Benchmark]
    public void Overwrite()
    {
        Launcher.ApplyUpdate(Device.Accelerator.DefaultStream, Scalars);
        Device.Accelerator.Synchronize();
    }
}
