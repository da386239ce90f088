using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Kernels.Finishes;
using Lamb.Gpu.Kernels.Gradients;
using Lamb.Gpu.Kernels.Workers;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Launch;

/// <summary>The kernels of an optimizer, compiled for its accelerator in the form that its options ask for.</summary>
/// <param name="GradientNorm">Σg² of every tile.</param>
/// <param name="Decision">Clip factors, and whether the step is taken.</param>
/// <param name="Moment">m, v, Σu², Σw².</param>
/// <param name="TrustRatio">‖w‖ / ‖u‖.</param>
/// <param name="Apply">w, a, w̄.</param>
internal sealed record CompiledKernels(
    StepKernel GradientNorm,
    DecisionLauncher Decision,
    StepKernel Moment,
    StepKernel TrustRatio,
    StepKernel Apply)
{
    /// <summary>Compiles for a group of lanes, or for a thread with vectors where the group size is 1.</summary>
    public static CompiledKernels Compile(Accelerator accelerator, Tuning tuning, bool accumulates, bool isPlain) =>
        tuning.GroupSize == 1
            ? Compile<VectorWorker>(accelerator, accumulates, isPlain)
            : Compile<GroupWorker>(accelerator, accumulates, isPlain);

    /// <summary>Compiles for a worker.</summary>
    public static CompiledKernels Compile<TWorker>(Accelerator accelerator, bool accumulates, bool isPlain)
        where TWorker : struct, ITileWorker => accumulates
            ? Compile<TWorker, MeanGradient, FullFinish>(accelerator)
            : isPlain
                ? Compile<TWorker, DirectGradient, PlainFinish>(accelerator)
                : Compile<TWorker, DirectGradient, FullFinish>(accelerator);

    private static CompiledKernels Compile<TWorker, TGradient, TFinish>(Accelerator accelerator)
        where TWorker : struct, ITileWorker
        where TGradient : struct, IGradient
        where TFinish : struct, IFinish => new(
            LoadWhenNeeded(() => Load(accelerator, GradientNormKernel<TGradient>.Run<TWorker>)),
            LoadDecision<TWorker>(accelerator),
            Load(accelerator, MomentKernel<TGradient>.Run<TWorker>),
            Load(accelerator, TrustRatioKernel.Run<TWorker>),
            Load(accelerator, ApplyKernel.Run<TWorker, TFinish>));

    private static StepKernel Load(Accelerator accelerator, Action<StepViews, StepScalars> kernel) =>
        new(accelerator.LoadKernel(kernel));

    // A plain step needs neither norms of gradients nor decisions.
    private static StepKernel LoadWhenNeeded(Func<StepKernel> load)
    {
        var loaded = new Lazy<StepKernel>(load);
        return (stream, groups, views, k) => loaded.Value(stream, groups, views, k);
    }

    private static DecisionLauncher LoadDecision<TWorker>(Accelerator accelerator)
        where TWorker : struct, ITileWorker
    {
        var loaded = new Lazy<Action<
            AcceleratorStream, KernelConfig, StepViews, StepScalars, ArrayView<StepScalars>, int>>(
            () => accelerator.LoadKernel<StepViews, StepScalars, ArrayView<StepScalars>, int>(
                DecisionKernel.Run<TWorker>));
        return (stream, groups, views, k, history, slot) => loaded.Value(stream, groups, views, k, history, slot);
    }
}
