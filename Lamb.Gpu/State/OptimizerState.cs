using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Memory;
using Lamb.Gpu.Step;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.State;

/// <summary>Owns every device buffer of an optimizer.</summary>
internal sealed class OptimizerState : IDisposable
{
    private readonly Accelerator accelerator;
    private readonly DeviceBuffers buffers;
    private readonly Dictionary<StateStream, LambView> arenas = [];

    /// <summary>Allocates the state of <paramref name="variables"/>, zeroed; on failure nothing stays
    /// allocated.</summary>
    public OptimizerState(
        Accelerator accelerator,
        IReadOnlyList<LambVariable> variables,
        TilePlan plan,
        LambOptions options,
        WorkQueue? queue = null,
        Action<string, long>? watch = null)
    {
        this.accelerator = accelerator;
        var size = new StateSize(variables, plan, options, queue);
        buffers = new DeviceBuffers(accelerator, new MemoryRequest("the state of the optimizer", size.Bytes, watch));
        Plan = plan;
        try
        {
            foreach (StateStream kept in size.Streams)
            {
                arenas.Add(kept, Allocate(kept.DataType(options), kept.Description));
            }

            Tiles = buffers.Upload(Plan.TilesFrom(Anchor), "the tile table");
            TileSums = buffers.Allocate<SquareSums<float>>(Plan.Tiles.Count, "the sums of tiles");
            WeightSums = buffers.Allocate<float>(Plan.Tiles.Count, "the sums of weights");
            Ranges = buffers.Upload(Plan.Ranges, "the tiles of each variable");
            TrustRatios = buffers.Upload(variables.Select(_ => new TrustRatio { Value = 1 }), "the trust ratios");
            FlagsBlocks = buffers.Allocate<FlagsBlock>(
                StepGradients.BlocksFor(variables.Count), "the flags of variables");
            ClipFactors = buffers.Upload(Enumerable.Repeat(1f, variables.Count + 1), "the clip factors");
            Scalars = buffers.Allocate<StepScalars>(1, "the scalars of a step");
            var scale = new LossScaleState { Scale = FirstLossScale(options) };
            LossScale = buffers.Upload([scale, scale], "the loss scale");
            Queue = queue == null ? null : Upload(queue, variables.Count);
            History = new ScalarHistory(accelerator, buffers, options);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where each variable lies in the moments, and how it is cut into tiles.</summary>
    public TilePlan Plan { get; }

    /// <summary>The buffer that offsets into other buffers are counted from.</summary>
    public ArrayView<float> Anchor => arenas[StateStream.FirstMoment].WholeBuffer;

    /// <summary>The tile table.</summary>
    public ArrayView<Tile> Tiles { get; }

    /// <summary>Σu² and Σw², one pair a tile.</summary>
    public ArrayView<SquareSums<float>> TileSums { get; }

    /// <summary>Σw² of each tile after the last step, where nobody but the optimizer writes w.</summary>
    public ArrayView<float> WeightSums { get; }

    /// <summary>The tiles of each variable.</summary>
    public ArrayView<TileRange> Ranges { get; }

    /// <summary>The norms and trust ratio of each variable.</summary>
    public ArrayView<TrustRatio> TrustRatios { get; }

    /// <summary>What a step does with each variable.</summary>
    public ArrayView<VariableFlags> VariableFlags => FlagsBlocks.Cast<VariableFlags>();

    /// <summary>The same, as they are written.</summary>
    public ArrayView<FlagsBlock> FlagsBlocks { get; }

    /// <summary>The factor that clips all gradients, then that of each variable.</summary>
    public ArrayView<float> ClipFactors { get; }

    /// <summary>The scalars that the device has decided on.</summary>
    public ArrayView<StepScalars> Scalars { get; }

    /// <summary>The loss scale that adapts itself, and a second one that the caller may read, and write.</summary>
    public ArrayView<LossScaleState> LossScale { get; }

    /// <summary>The work of one launch that does all stages; null where each stage is a launch.</summary>
    public QueueViews? Queue { get; }

    /// <summary>The scalars of the last raw iterations.</summary>
    public ScalarHistory History { get; }

    /// <summary>The numbers of all variables in a stream; any others where it is not kept.</summary>
    public LambView this[StateStream kept] =>
        arenas.TryGetValue(kept, out LambView arena) ? arena : arenas[StateStream.FirstMoment];

    /// <summary>Throws where the accelerator has been disposed, and the state with it.</summary>
    public void RequireLive()
    {
        if (((IArrayView)Anchor).Buffer.IsDisposed)
        {
            throw new ObjectDisposedException(
                accelerator.Name, $"The accelerator '{accelerator.Name}' is disposed, and the state on it is gone. "
                + "Dispose of an optimizer before its accelerator.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        History?.Dispose();
        buffers.Dispose();
    }

    private LambView Allocate(LambDataType dataType, string what) => dataType == LambDataType.BFloat16
        ? buffers.Allocate<BFloat16>(Plan.Arena.Length, what)
        : buffers.Allocate<float>(Plan.Arena.Length, what);

    private static float FirstLossScale(LambOptions options) =>
        (float)(options.DynamicLossScale?.InitialScale ?? options.LossScaleFactor ?? 1);

    private QueueViews Upload(WorkQueue queue, int variables) => new()
    {
        Items = buffers.Upload(queue.Items, "the work queue"),
        Claims = buffers.Upload(queue.Claims, "the claims of the work queue"),
        Counters = buffers.Allocate<int>(2, "the counters of the work queue"),
        Done = buffers.Allocate<int>(variables, "the counters of each variable"),
        Ready = buffers.Allocate<int>(variables, "the marks of each variable"),
    };
}

/// <summary>Which streams an optimizer keeps, and what its state comes to.</summary>
internal sealed class StateSize(
    IReadOnlyList<LambVariable> variables, TilePlan plan, LambOptions options, WorkQueue? queue)
{
    /// <summary>The streams that are kept.</summary>
    public IReadOnlyList<StateStream> Streams { get; } =
        [.. StateStream.All.Where(kept => kept.IsAllocated(options, variables))];

    /// <summary>The bytes on the device.</summary>
    public long Bytes => Arenas() + PerTile() + PerVariable() + OfQueue()
        + Unsafe.SizeOf<StepScalars>() + (2 * Unsafe.SizeOf<LossScaleState>())
        + ((long)ScalarHistory.LengthFor(options) * Unsafe.SizeOf<StepScalars>());

    private long Arenas() => Streams.Sum(kept => plan.Arena.Length * LambView.SizeOf(kept.DataType(options)));

    // A buffer has one element at least.
    private long PerTile() => Math.Max(plan.Tiles.Count, 1L)
        * (Unsafe.SizeOf<Tile>() + Unsafe.SizeOf<SquareSums<float>>() + sizeof(float));

    private long PerVariable() => sizeof(float) + (variables.Count
        * (long)(Unsafe.SizeOf<TileRange>() + Unsafe.SizeOf<TrustRatio>() + sizeof(float)))
        + (StepGradients.BlocksFor(variables.Count) * (long)Unsafe.SizeOf<FlagsBlock>());

    private long OfQueue() => queue == null
        ? 0
        : (Math.Max(queue.Items.Count, 1L) * Unsafe.SizeOf<WorkItem>())
            + ((queue.Claims.Count + 2 + (2L * variables.Count)) * sizeof(int));
}
