using BenchmarkDotNet.Attributes;

namespace Lamb.Gpu.Bench.Kernels;

/// <summary>Writing averages over weights beside a copy of the same bytes.</summary>
public class TakeAverageBenchmark : KernelBenchmark
{
    /// <inheritdoc/>
    protected override int BytesPerElement => 8;

    private protected override LambOptions Options => new() { UseEma = true };

    /// <summary>The launch that runs it.</summary>
    [Benchmark]
    public void TakeAverage()
    {
        Launcher.TakeAverage(Device.Accelerator.DefaultStream, 0, Scalars);
        Device.Accelerator.Synchronize();
    }
}
