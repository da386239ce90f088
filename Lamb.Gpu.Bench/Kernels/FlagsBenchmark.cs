using BenchmarkDotNet.Attributes;

namespace Lamb.Gpu.Bench.Kernels;

/// <summary>The flags of 64 variables beside a copy of as many bytes: all of it is the launch.</summary>
public class FlagsBenchmark : KernelBenchmark
{
    /// <inheritdoc/>
    protected override int BytesPerElement => 0;

    /// <summary>What a step does with each variable.</summary>
    [Benchmark]
    public void WriteFlags()
    {
        Gradients.SetUnknown(0);
        Launcher.WriteFlags(Device.Accelerator.DefaultStream, Gradients);
        Device.Accelerator.Synchronize();
    }
}
