using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Step;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Launch;

/// <summary>The kernels of an optimizer, compiled for its accelerator in the form that its options ask for.</summary>
/// <param name="WeightNorm">Σw² of every tile.</param>
/// <param name="Adopt">The same, and w into a master copy that is behind.</param>
/// <param name="TakeAverage">w̄ into w.</param>
/// <param name="Flags">What a step does with each variable.</param>
/// <param name="GradientNorm">Σg² of every tile.</param>
/// <param name="Decision">Clip factors, and whether the step is taken.</param>
/// <param name="Moment">m, v, Σu², Σw².</param>
/// <param name="TrustRatio">‖w‖ / ‖u‖.</param>
/// <param name="Apply">w, a, w̄.</param>
/// <param name="Fused">The last three in one launch.</param>
internal sealed record CompiledKernels(
    StepKernel WeightNorm,
    StepKernel Adopt,
    StepKernel TakeAverage,
    FlagsLauncher Flags,
    StepKernel GradientNorm,
    DecisionLauncher Decision,
    StepKernel Moment,
    StepKernel TrustRatio,
    StepKernel Apply,
    FusedLauncher Fused)
{
    /// <summary>Compiles for a worker, and a way to divide work among them.</summary>
    public static CompiledKernels Compile<TWorker, TClaims>(Accelerator accelerator, KernelForm form)
        where TWorker : struct, ITileWorker
        where TClaims : struct, IClaims => form.OwnsWeights
            ? Compile<TWorker, TClaims, ExclusiveWeights>(accelerator, form)
            : Compile<TWorker, TClaims, SharedWeights>(accelerator, form);

    private static CompiledKernels Compile<TWorker, TClaims, TWeights>(Accelerator accelerator, KernelForm form)
        where TWorker : struct, ITileWorker
        where TClaims : struct, IClaims
        where TWeights : struct, IWeightAccess => form.Accumulates
            ? Compile<TWorker, TClaims, TWeights, MeanGradient>(accelerator, form)
            : Compile<TWorker, TClaims, TWeights, DirectGradient>(accelerator, form);

    private static CompiledKernels Compile<TWorker, TClaims, TWeights, TGradient>(
        Accelerator accelerator, KernelForm form)
        where TWorker : struct, ITileWorker
        where TClaims : struct, IClaims
        where TWeights : struct, IWeightAccess
        where TGradient : struct, IGradient => new(
            Load(accelerator, WeightNormKernel<Idle>.Run<TWorker>, form.LoadsWeightNorm),
            Load(accelerator, WeightNormKernel<Touch>.Run<TWorker>, false),
            Load(accelerator, TakeAverageKernel.Run<TWorker>, false),
            LoadFlags(accelerator),
            Load(accelerator, GradientNormKernel<TGradient>.Run<TWorker>, false),
            LoadDecision<TWorker>(accelerator),
            Load(accelerator, MomentKernel<TGradient, TWeights>.Run<TWorker>, form.LoadsStages),
            Load(accelerator, TrustRatioKernel.Run<TWorker>, form.LoadsStages),
            form.IsPlain
                ? Load(accelerator, ApplyKernel.Run<TWorker, TWeights>, form.LoadsApply)
                : Load(accelerator, ApplyKernel.RunAll<TWorker, TWeights>, form.LoadsApply),
            LoadFused<TWorker, TClaims, TWeights, TGradient>(accelerator, form.LoadsFused));

    // What every step of a form launches is compiled with the optimizer, the rest by the first step that needs it.
    private static StepKernel Load(Accelerator accelerator, Action<StepViews, StepScalars> kernel, bool atOnce)
    {
        var loaded = new Lazy<StepKernel>(() => new(KernelLoader.Load(accelerator, kernel)));
        _ = atOnce ? loaded.Value : null;
        return (stream, groups, views, k) => loaded.Value(stream, groups, views, k);
    }

    private static FusedLauncher LoadFused<TWorker, TClaims, TWeights, TGradient>(
        Accelerator accelerator, bool atOnce)
        where TWorker : struct, ITileWorker
        where TClaims : struct, IClaims
        where TWeights : struct, IWeightAccess
        where TGradient : struct, IGradient
    {
        var loaded = new Lazy<Action<AcceleratorStream, KernelConfig, StepViews, QueueViews, StepScalars, int>>(
            () => KernelLoader.Load<StepViews, QueueViews, StepScalars, int>(
                accelerator, FusedKernel<TGradient, TWeights>.Run<TWorker, TClaims>));
        _ = atOnce ? loaded.Value : null;
        return (stream, groups, views, queue, k, launch) =>
            loaded.Value(stream, groups, views, queue, k, launch);
    }

    private static FlagsLauncher LoadFlags(Accelerator accelerator)
    {
        var loaded = new Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<FlagsBlock>, FlagsBlock, int>>(
            () => KernelLoader.Load<ArrayView<FlagsBlock>, FlagsBlock, int>(accelerator, FlagsKernel.Run));
        return (stream, groups, table, block, index) => loaded.Value(stream, groups, table, block, index);
    }

    private static DecisionLauncher LoadDecision<TWorker>(Accelerator accelerator)
        where TWorker : struct, ITileWorker
    {
        var loaded = new Lazy<Action<
            AcceleratorStream, KernelConfig, StepViews, StepScalars, ArrayView<StepScalars>, int>>(
            () => KernelLoader.Load<StepViews, StepScalars, ArrayView<StepScalars>, int>(
                accelerator, DecisionKernel.Run<TWorker>));
        return (stream, groups, views, k, history, slot) => loaded.Value(stream, groups, views, k, history, slot);
    }
}

/// <summary>A kernel that needs nothing but what is on the device and the scalars of the step.</summary>
internal delegate void StepKernel(AcceleratorStream stream, KernelConfig groups, StepViews views, StepScalars k);

/// <summary>The kernel that also looks back at the scalars of the last steps.</summary>
internal delegate void DecisionLauncher(
    AcceleratorStream stream,
    KernelConfig groups,
    StepViews views,
    StepScalars k,
    ArrayView<StepScalars> history,
    int slot);

/// <summary>The kernel that takes the flags of neighbouring variables as an argument.</summary>
internal delegate void FlagsLauncher(
    AcceleratorStream stream, KernelConfig groups, ArrayView<FlagsBlock> table, FlagsBlock block, int index);

/// <summary>The kernel whose workers claim what they do.</summary>
internal delegate void FusedLauncher(
    AcceleratorStream stream, KernelConfig groups, StepViews views, QueueViews queue, StepScalars k, int launch);
