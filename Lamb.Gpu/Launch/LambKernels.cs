using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.State;
using Lamb.Gpu.Step;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Launch;

/// <summary>Launches the kernels: one method a stage of the step.</summary>
internal sealed class LambKernels
{
    private readonly OptimizerState state;
    private readonly Tuning tuning;
    private readonly StepViews all;
    private readonly SegmentKernels[] segments;
    private readonly CompiledKernels shared;
    private readonly QueueViews queue;
    private int launch;

    /// <summary>Compiles the kernels of a form for the accelerator of the state, once for each way in which variables
    /// lie in memory.</summary>
    public LambKernels(OptimizerState state, Tuning tuning, Func<KernelForm, CompiledKernels> compile, KernelForm form)
    {
        this.state = state;
        this.tuning = tuning;
        all = AllViews();
        queue = state.Queue ?? default;
        var compiled = new Dictionary<KernelForm, CompiledKernels>();
        shared = Compiled(form.For(state.Plan.Segments.Count > 0 ? state.Plan.Segments[0].DataTypes : default));
        segments =
        [
            .. state.Plan.Segments.Select(
                segment => SegmentKernels.Of(ViewsOf(segment), form.For(segment.DataTypes), Compiled)),
        ];

        CompiledKernels Compiled(KernelForm each) =>
            compiled.TryGetValue(each, out CompiledKernels? known) ? known : compiled[each] = compile(each);
    }

    /// <summary>How many kernels have been launched.</summary>
    public long Launches { get; private set; }

    /// <summary>Whether one launch does all stages of an update.</summary>
    public bool FusesStages => state.Queue != null && segments.Length == 1;

    /// <summary>Σw² of every tile, for the update that does not read w.</summary>
    public void MeasureWeights(AcceleratorStream stream)
    {
        foreach (SegmentKernels segment in segments)
        {
            Launch(segment.Measure, stream, segment.Views, default);
        }
    }

    /// <summary>The same, and master copies that are behind.</summary>
    public void AdoptWeights(AcceleratorStream stream)
    {
        foreach (SegmentKernels segment in segments)
        {
            Launch(segment.Adopt, stream, segment.Views, default);
        }
    }

    /// <summary>w̄ of a variable into w.</summary>
    public void TakeAverage(AcceleratorStream stream, int variable, StepScalars k)
    {
        TileRange range = state.Plan.Ranges[variable];
        int segment = Enumerable.Range(0, segments.Length).First(i => range.First < EndOf(state.Plan.Segments[i]));
        StepViews views = segments[segment].Views;
        views.Tiles = state.Tiles.SubView(range.First, range.Count);
        Launch(segments[segment].Kernels.TakeAverage, stream, views, k);
    }

    /// <summary>What this step does with each variable, where that is not what the last one did.</summary>
    public void WriteFlags(AcceleratorStream stream, StepGradients gradients)
    {
        ReadOnlySpan<FlagsBlock> blocks = gradients.Blocks;
        for (int index = 0; index < blocks.Length; index++)
        {
            if (!gradients.IsKnown(index))
            {
                Launches++;
                shared.Flags(stream, new KernelConfig(1, 1), state.FlagsBlocks, blocks[index], index);
                gradients.SetKnown(index);
            }
        }
    }

    /// <summary>Σg² of every tile, and whether all gradients are finite.</summary>
    public void MeasureGradients(AcceleratorStream stream, StepScalars k) =>
        LaunchSegments(kernels => kernels.GradientNorm, stream, k);

    /// <summary>Clip factors, and whether the step is taken.</summary>
    public void Decide(AcceleratorStream stream, StepScalars k, int slot)
    {
        Launches++;
        long norms = k.ClipMode == ClipMode.Variable ? state.Ranges.Length + 1 : 1;
        shared.Decision(stream, Groups(norms), all, k, state.History.View, slot);
    }

    /// <summary>m, v, and Σu² and Σw² of every tile.</summary>
    public void UpdateMoments(AcceleratorStream stream, StepScalars k) =>
        LaunchSegments(kernels => kernels.Moment, stream, k);

    /// <summary>‖w‖ / ‖u‖ of every variable.</summary>
    public void ComputeTrustRatios(AcceleratorStream stream, StepScalars k)
    {
        Launches++;
        shared.TrustRatio(stream, Groups(state.Ranges.Length), all, k);
    }

    /// <summary>w; or a, on a micro-step; and w̄.</summary>
    public void ApplyUpdate(AcceleratorStream stream, StepScalars k) =>
        LaunchSegments(kernels => kernels.Apply, stream, k);

    /// <summary>The last three stages in one launch, tile by tile: m, v, ‖w‖ / ‖u‖, w; and w̄.</summary>
    public void FuseStages(AcceleratorStream stream, StepScalars k)
    {
        Launches++;
        launch++;
        int workers = (int)Math.Min(queue.Claims.Length - 1, tuning.Claim!.Workers);
        segments[0].Kernels.Fused(
            stream, new KernelConfig(workers, tuning.GroupSize), segments[0].Views, queue, k, launch);
    }

    private void LaunchSegments(
        Func<CompiledKernels, StepKernel> kernel, AcceleratorStream stream, StepScalars k)
    {
        foreach (SegmentKernels segment in segments)
        {
            Launch(kernel(segment.Kernels), stream, segment.Views, k);
        }
    }

    private void Launch(StepKernel kernel, AcceleratorStream stream, StepViews views, StepScalars k)
    {
        Launches++;
        kernel(stream, Groups(views.Tiles.Length), views, k);
    }

    private static int EndOf(TileSegment segment) => segment.First + segment.Count;

    private KernelConfig Groups(long work) => new((int)Math.Min(work, tuning.MaxGroups), tuning.GroupSize);

    private StepViews ViewsOf(TileSegment segment)
    {
        StepViews views = all;
        views.Weights = TileSegment.BaseOf(segment.Weights, state.Anchor);
        views.Gradients = TileSegment.BaseOf(segment.Gradients, state.Anchor);
        views.Tiles = state.Tiles.SubView(segment.First, segment.Count);
        views.TileSums = state.TileSums.SubView(segment.First, segment.Count);
        views.WeightSums = state.WeightSums.SubView(segment.First, segment.Count);
        return views;
    }

    private StepViews AllViews() => new()
    {
        Masters = state[StateStream.Master].WholeBuffer,
        FirstMoments = state[StateStream.FirstMoment].WholeBuffer,
        SecondMoments = state[StateStream.SecondMoment].WholeBuffer,
        Accumulators = state[StateStream.Accumulator].WholeBuffer,
        Averages = state[StateStream.Average].WholeBuffer,
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

/// <summary>Tiles that one launch reaches, and the kernels for the way in which they lie in memory.</summary>
/// <param name="Views">What the kernels see of them.</param>
/// <param name="Kernels">The stages of a step.</param>
/// <param name="Measure">Σw² of every tile.</param>
/// <param name="Adopt">The same, and w into a master copy that is behind.</param>
internal sealed record SegmentKernels(StepViews Views, CompiledKernels Kernels, StepKernel Measure, StepKernel Adopt)
{
    /// <summary>Chooses the kernels of a form.</summary>
    public static SegmentKernels Of(StepViews views, KernelForm form, Func<KernelForm, CompiledKernels> compile)
    {
        CompiledKernels kernels = compile(form);
        if (!form.Adopts)
        {
            return new(views, kernels, kernels.WeightNorm, kernels.WeightNorm);
        }

        CompiledKernels adopting = compile(form.Adopting);
        return new(views, kernels, adopting.WeightNorm, adopting.Adopt);
    }
}

/// <summary>Makes the kernels of an optimizer.</summary>
internal delegate CompiledKernels KernelCompiler(Accelerator accelerator, Tuning tuning, KernelForm form);
