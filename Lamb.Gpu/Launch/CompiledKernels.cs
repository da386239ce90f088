using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Kernels.Claims;
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
/// <param name="Fused">The last three in one launch.</param>
internal sealed record CompiledKernels(
    StepKernel GradientNorm,
    DecisionLauncher Decision,
    StepKernel Moment,
    StepKernel TrustRatio,
    StepKernel Apply,
    FusedLauncher Fused)
{
    /// <summary>Compiles for a group of lanes, or for a thread of this process, with vectors.</summary>
    public static CompiledKernels Compile(Accelerator accelerator, Tuning tuning, bool accumulates, bool isPlain) =>
        tuning.IsHost
            ? Compile<VectorWorker, HostClaims>(accelerator, accumulates, isPlain)
            : Compile<GroupWorker, GroupClaims>(accelerator, accumulates, isPlain);

    /// <summary>Compiles for a worker, and a way to divide work among them.</summary>
    public static CompiledKernels Compile<TWorker, TClaims>(Accelerator accelerator, bool accumulates, bool isPlain)
        where TWorker : struct, ITileWorker
        where TClaims : struct, IClaims => accumulates
            ? Compile<TWorker, TClaims, MeanGradient, FullFinish>(accelerator)
            : isPlain
                ? Compile<TWorker, TClaims, DirectGradient, PlainFinish>(accelerator)
                : Compile<TWorker, TClaims, DirectGradient, FullFinish>(accelerator);

    private static CompiledKernels Compile<TWorker, TClaims, TGradient, TFinish>(Accelerator accelerator)
        where TWorker : struct, ITileWorker
        where TClaims : struct, IClaims
        where TGradient : struct, IGradient
        where TFinish : struct, IFinish => new(
            LoadWhenNeeded(() => Load(accelerator, GradientNormKernel<TGradient>.Run<TWorker>)),
            LoadDecision<TWorker>(accelerator),
            Load(accelerator, MomentKernel<TGradient>.Run<TWorker>),
            Load(accelerator, TrustRatioKernel.Run<TWorker>),
            Load(accelerator, ApplyKernel.Run<TWorker, TFinish>),
            LoadFused<TWorker, TClaims, TGradient, TFinish>(accelerator));

    private static StepKernel Load(Accelerator accelerator, Action<StepViews, StepScalars> kernel) =>
        new(accelerator.LoadKernel(kernel));

    // A plain step needs neither norms of gradients nor decisions.
    private static StepKernel LoadWhenNeeded(Func<StepKernel> load)
    {
        var loaded = new Lazy<StepKernel>(load);
        return (stream, groups, views, k) => loaded.Value(stream, groups, views, k);
    }

    // Only where all stages are one launch.
    private static FusedLauncher LoadFused<TWorker, TClaims, TGradient, TFinish>(Accelerator accelerator)
        where TWorker : struct, ITileWorker
        where TClaims : struct, IClaims
        where TGradient : struct, IGradient
        where TFinish : struct, IFinish
    {
        var loaded = new Lazy<Action<AcceleratorStream, KernelConfig, StepViews, QueueViews, StepScalars, int>>(
            () => accelerator.LoadKernel<StepViews, QueueViews, StepScalars, int>(
                FusedKernel<TGradient>.Run<TWorker, TFinish, TClaims>));
        return (stream, groups, views, queue, k, launch) =>
            loaded.Value(stream, groups, views, queue, k, launch);
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
