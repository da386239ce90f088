using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Launch;
using Lamb.Gpu.Step;
using NormKernel = System.Action<
    ILGPU.Runtime.AcceleratorStream, ILGPU.KernelConfig, ILGPU.ArrayView<float>, Lamb.Gpu.Constraints.SliceLayout,
    Lamb.Gpu.Constraints.NormLimits>;
using RestoreKernelLauncher = System.Action<
    ILGPU.Runtime.AcceleratorStream, ILGPU.KernelConfig, ILGPU.ArrayView<float>, ILGPU.ArrayView<float>,
    ILGPU.ArrayView<Lamb.Gpu.Step.StepScalars>>;
using WeightsKernel = System.Action<
    ILGPU.Runtime.AcceleratorStream, ILGPU.KernelConfig, ILGPU.ArrayView<float>>;

namespace Lamb.Gpu.Constraints;

/// <summary>Compiles the kernels of the constraints once an accelerator and launches them: one launch a
/// variable.</summary>
internal sealed class ConstraintLauncher
{
    // Weak: an entry goes with its accelerator, and keeps no accelerator alive.
    private static readonly ConditionalWeakTable<Accelerator, ConstraintLauncher> Compiled = [];

    private readonly Tuning tuning;
    private readonly NormKernel norms;
    private readonly WeightsKernel nonNegative;
    private readonly Lazy<RestoreKernelLauncher> restore;

    public ConstraintLauncher(Accelerator accelerator, Tuning tuning)
    {
        this.tuning = tuning with { GroupSize = Math.Min(tuning.GroupSize, SliceLayout.MaxLanes) };
        norms = tuning.IsHost ? LoadNorms<HostSlices>(accelerator) : LoadNorms<GroupSlices>(accelerator);
        nonNegative = KernelLoader.Load<ArrayView<float>>(accelerator, NonNegativeConstraintKernel.Run);
        restore = new(() => KernelLoader.Load<ArrayView<float>, ArrayView<float>, ArrayView<StepScalars>>(
            accelerator, RestoreKernel.Run));
    }

    /// <summary>Gets what takes back what constraints did in a step that is skipped.</summary>
    public RestoreKernelLauncher Restore => restore.Value;

    /// <summary>The launcher of an accelerator, compiled at the first call.</summary>
    public static ConstraintLauncher For(Accelerator accelerator) =>
        Compiled.GetValue(accelerator, key => new ConstraintLauncher(key, TuningFor(key)));

    /// <summary>w of every slice, scaled to the limits of its norm.</summary>
    public void ConstrainNorms(
        AcceleratorStream stream, ArrayView<float> weights, SliceLayout layout, NormLimits limits)
    {
        SliceLayout spread = layout.For(tuning.GroupSize);
        norms(stream, Groups(spread.Count, spread.Columns), weights, spread, limits);
    }

    /// <summary>w, not below zero.</summary>
    public void ConstrainToNonNegative(AcceleratorStream stream, ArrayView<float> weights) =>
        nonNegative(stream, Groups(weights.Length, tuning.TileLength), weights);

    // Slices side by side are divided among lanes: one alone has none to take.
    private static Tuning TuningFor(Accelerator accelerator)
    {
        var tuning = Tuning.For(accelerator);
        return tuning.IsHost ? tuning : Tuning.ForGpu(accelerator);
    }

    private static NormKernel LoadNorms<TWorker>(Accelerator accelerator)
        where TWorker : struct, ISliceWorker =>
        KernelLoader.Load<ArrayView<float>, SliceLayout, NormLimits>(
            accelerator, NormConstraintKernel.Run<TWorker>);

    private KernelConfig Groups(long work, int each) =>
        new((int)Math.Min((work + each - 1) / each, tuning.MaxGroups), tuning.GroupSize);
}
