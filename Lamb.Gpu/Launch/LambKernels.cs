using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Layout;
using Lamb.Gpu.State;

namespace Lamb.Gpu.Launch;

/// <summary>Launches the kernels: one method a stage of the step.</summary>
internal sealed class LambKernels
{
    private readonly OptimizerState state;
    private readonly Tuning tuning;
    private readonly CompiledKernels compiled;
    private readonly StepViews all;
    private readonly StepViews[] segments;
    private readonly QueueViews queue;
    private int launch;

    /// <summary>Takes the kernels that the options ask for, compiled for the accelerator of the state.</summary>
    public LambKernels(OptimizerState state, Tuning tuning, CompiledKernels compiled)
    {
        this.state = state;
        this.tuning = tuning;
        this.compiled = compiled;
        all = AllViews();
        queue = state.Queue ?? default;
        segments = [.. state.Plan.Segments.Select(ViewsOf)];
    }

    /// <summary>How many kernels have been launched.</summary>
    public long Launches { get; private set; }

    /// <summary>Whether one launch does all stages of an update.</summary>
    public bool FusesStages => state.Queue != null && segments.Length == 1;

    /// <summary>Σw² of every tile, for the update that does not read w.</summary>
    public void MeasureWeights(AcceleratorStream stream) => LaunchSegments(compiled.WeightNorm, stream, default);

    /// <summary>Σg² of every tile, and whether all gradients are finite.</summary>
    public void MeasureGradients(AcceleratorStream stream, StepScalars k) =>
        LaunchSegments(compiled.GradientNorm, stream, k);

    /// <summary>Clip factors, and whether the step is taken.</summary>
    public void Decide(AcceleratorStream stream, StepScalars k, int slot)
    {
        Launches++;
        long norms = k.ClipMode == ClipMode.Variable ? state.Ranges.Length + 1 : 1;
        compiled.Decision(stream, Groups(norms), all, k, state.History.View, slot);
    }

    /// <summary>m, v, and Σu² and Σw² of every tile.</summary>
    public void UpdateMoments(AcceleratorStream stream, StepScalars k) => LaunchSegments(compiled.Moment, stream, k);

    /// <summary>‖w‖ / ‖u‖ of every variable.</summary>
    public void ComputeTrustRatios(AcceleratorStream stream, StepScalars k)
    {
        Launches++;
        compiled.TrustRatio(stream, Groups(state.Ranges.Length), all, k);
    }

    /// <summary>w; or a, on a micro-step; and w̄.</summary>
    public void ApplyUpdate(AcceleratorStream stream, StepScalars k) => LaunchSegments(compiled.Apply, stream, k);

    /// <summary>The last three stages in one launch, tile by tile: m, v, ‖w‖ / ‖u‖, w; and w̄.</summary>
    public void FuseStages(AcceleratorStream stream, StepScalars k)
    {
        Launches++;
        launch++;
        int workers = (int)Math.Min(queue.Claims.Length - 1, tuning.Claim!.Workers);
        compiled.Fused(stream, new KernelConfig(workers, tuning.GroupSize), segments[0], queue, k, launch);
    }

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
        StepViews views = all;
        views.Weights = segment.Weights;
        views.Gradients = segment.Gradients;
        views.Tiles = state.Tiles.SubView(segment.First, segment.Count);
        views.TileSums = state.TileSums.SubView(segment.First, segment.Count);
        views.WeightSums = state.WeightSums.SubView(segment.First, segment.Count);
        return views;
    }

    private StepViews AllViews() => new()
    {
        FirstMoments = state.FirstMoments,
        SecondMoments = state.SecondMoments,
        Accumulators = state.Accumulators,
        Averages = state.Averages,
        Tiles = state.Tiles,
        TileSums = state.TileSums,
        WeightSums = state.WeightSums,
        Ranges = state.Ranges,
        VariableFlags = state.VariableFlags,
        TrustRatios = state.TrustRatios,
        ClipFactors = state.ClipFactors,
        Scalars = state.Scalars,
        LossScale = state.LossScale,
    };
}
