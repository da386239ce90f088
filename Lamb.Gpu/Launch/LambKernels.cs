using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Kernels.Workers;
using Lamb.Gpu.Layout;
using Lamb.Gpu.State;
using StepKernel = System.Action<
    ILGPU.Runtime.AcceleratorStream, ILGPU.KernelConfig, Lamb.Gpu.Kernels.StepViews, Lamb.Gpu.Kernels.StepScalars>;
using VariableKernel = System.Action<
    ILGPU.Runtime.AcceleratorStream, ILGPU.KernelConfig, Lamb.Gpu.Kernels.StepViews,
    ILGPU.ArrayView<Lamb.Gpu.Layout.TileRange>>;

namespace Lamb.Gpu.Launch;

/// <summary>Compiles the kernels once and launches them: one method a stage of the step.</summary>
internal sealed class LambKernels
{
    private readonly OptimizerState state;
    private readonly Tuning tuning;
    private readonly StepViews[] segments;
    private readonly StepKernel moments;
    private readonly VariableKernel trustRatios;
    private readonly StepKernel apply;

    private LambKernels(
        OptimizerState state, Tuning tuning, StepKernel moments, VariableKernel trustRatios, StepKernel apply)
    {
        this.state = state;
        this.tuning = tuning;
        this.moments = moments;
        this.trustRatios = trustRatios;
        this.apply = apply;
        segments = [.. state.Plan.Segments.Select(ViewsOf)];
    }

    /// <summary>How many kernels have been launched.</summary>
    public long Launches { get; private set; }

    /// <summary>Compiles the kernels for an accelerator.</summary>
    public static LambKernels Compile(Accelerator accelerator, OptimizerState state, Tuning tuning) =>
        tuning.GroupSize == 1
            ? Compile<VectorWorker>(accelerator, state, tuning)
            : Compile<GroupWorker>(accelerator, state, tuning);

    /// <summary>m, v, and Σu² and Σw² of every tile.</summary>
    public void UpdateMoments(AcceleratorStream stream, StepScalars k) => LaunchSegments(moments, stream, k);

    /// <summary>‖w‖ / ‖u‖ of every variable.</summary>
    public void ComputeTrustRatios(AcceleratorStream stream)
    {
        Launches++;
        trustRatios(stream, Groups(state.Ranges.Length), CommonViews(), state.Ranges);
    }

    /// <summary>w.</summary>
    public void ApplyUpdate(AcceleratorStream stream, StepScalars k) => LaunchSegments(apply, stream, k);

    private static LambKernels Compile<TWorker>(Accelerator accelerator, OptimizerState state, Tuning tuning)
        where TWorker : struct, ITileWorker => new(
            state,
            tuning,
            accelerator.LoadKernel<StepViews, StepScalars>(MomentKernel.Run<TWorker>),
            accelerator.LoadKernel<StepViews, ArrayView<TileRange>>(TrustRatioKernel.Run<TWorker>),
            accelerator.LoadKernel<StepViews, StepScalars>(ApplyKernel.Run<TWorker>));

    private void LaunchSegments(StepKernel kernel, AcceleratorStream stream, StepScalars k)
    {
        foreach (StepViews views in segments)
        {
            Launches++;
            kernel(stream, Groups(views.Tiles.Length), views, k);
        }
    }

    private KernelConfig Groups(long work) => new((int)Math.Min(work, tuning.MaxGroups), tuning.GroupSize);

    private StepViews ViewsOf(TileSegment segment)
    {
        StepViews views = CommonViews();
        views.Weights = segment.Weights;
        views.Gradients = segment.Gradients;
        views.Tiles = state.Tiles.SubView(segment.First, segment.Count);
        views.TileSums = state.TileSums.SubView(segment.First, segment.Count);
        return views;
    }

    private StepViews CommonViews() => new()
    {
        FirstMoments = state.FirstMoments,
        SecondMoments = state.SecondMoments,
        Tiles = state.Tiles,
        TileSums = state.TileSums,
        VariableFlags = state.VariableFlags,
        TrustRatios = state.TrustRatios,
    };
}
