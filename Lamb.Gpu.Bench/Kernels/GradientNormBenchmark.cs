using BenchmarkDotNet.Attributes;

namespace Lamb.Gpu.Bench.Kernels;

/// <summary>The norm of the gradients beside a copy of the same bytes.</summary>
public class GradientNormBenchmark : KernelBenchmark
{
    /// <inheritdoc/>
    protected override int BytesPerElement => 4;

    private protected override LambOptions Options => new() { GlobalClipNorm = 1 };

    /// <summary>The stage that runs it.</summary>
    [Benchmark]
    public void MeasureGradients()
    {
        Launcher.MeasureGradients(Device.Accelerator.DefaultStream, Scalars);
        Device.Accelerator.Synchronize();
    }
}
