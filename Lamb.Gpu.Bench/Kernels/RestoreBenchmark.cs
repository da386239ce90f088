using BenchmarkDotNet.Attributes;
using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Constraints;
using Lamb.Gpu.Step;

namespace Lamb.Gpu.Bench.Kernels;

/// <summary>Taking a constraint back beside a copy of the same bytes.</summary>
public class RestoreBenchmark : KernelBenchmark
{
    private MemoryBuffer1D<float, Stride1D.Dense>? weights;
    private MemoryBuffer1D<float, Stride1D.Dense>? kept;
    private MemoryBuffer1D<StepScalars, Stride1D.Dense>? skipped;
    private Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<StepScalars>>? kernel;

    /// <inheritdoc/>
    protected override int BytesPerElement => 8;

    /// <summary>w, as it was.</summary>
    [Benchmark]
    public void Restore()
    {
        Accelerator accelerator = Device.Accelerator;
        kernel ??= accelerator.LoadKernel<ArrayView<float>, ArrayView<float>, ArrayView<StepScalars>>(
            RestoreKernel.Run);
        weights ??= accelerator.Allocate1D<float>(Length);
        kept ??= accelerator.Allocate1D<float>(Length);
        skipped ??= accelerator.Allocate1D([new StepScalars { Phase = StepPhase.Skip }]);
        var groups = new KernelConfig(accelerator.NumMultiprocessors, Math.Min(accelerator.MaxNumThreadsPerGroup, 256));
        kernel(accelerator.DefaultStream, groups, weights.View, kept.View, skipped.View);
        accelerator.Synchronize();
    }
}
