using BenchmarkDotNet.Attributes;

namespace Lamb.Gpu.Bench.Kernels;

/// <summary>All stages of an update in one launch, beside a launch each, beside a copy of the same bytes.</summary>
public class FusedBenchmark : KernelBenchmark
{
    /// <inheritdoc/>
    protected override int BytesPerElement => 40;

    /// <summary>m, v, r, w, tile by tile.</summary>
    [Benchmark]
    public void FuseStages()
    {
        Launcher.FuseStages(Device.Accelerator.DefaultStream, Scalars);
        Device.Accelerator.Synchronize();
    }

    /// <summary>m, v; then r; then w.</summary>
    [Benchmark]
    public void LaunchStages()
    {
        Launcher.UpdateMoments(Device.Accelerator.DefaultStream, Scalars);
        Launcher.ComputeTrustRatios(Device.Accelerator.DefaultStream, Scalars);
        Launcher.ApplyUpdate(Device.Accelerator.DefaultStream, Scalars);
        Device.Accelerator.Synchronize();
    }
}
