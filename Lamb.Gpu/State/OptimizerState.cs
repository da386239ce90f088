using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.State;

/// <summary>Owns every device buffer of an optimizer.</summary>
internal sealed class OptimizerState : IDisposable
{
    private readonly Accelerator accelerator;
    private readonly DeviceBuffers buffers;

    /// <summary>Allocates the state of <paramref name="variables"/>, zeroed; on failure nothing stays
    /// allocated.</summary>
    public OptimizerState(
        Accelerator accelerator,
        IReadOnlyList<LambVariable> variables,
        TilePlan plan,
        LambOptions options,
        WorkQueue? queue = null)
    {
        this.accelerator = accelerator;
        buffers = new DeviceBuffers(accelerator);
        Plan = plan;
        try
        {
            FirstMoments = AllocateMoments(options.MomentStorage);
            SecondMoments = AllocateMoments(options.MomentStorage);
            KeepsMasters = options.MasterWeights
                && variables.Any(variable => variable.WeightArray.Storage != LambStorage.Float32);
            Masters = KeepsMasters ? buffers.Allocate<float>(plan.Arena.Length) : FirstMoments.WholeBuffer;
            Tiles = buffers.Upload(Plan.Tiles);
            TileSums = buffers.Allocate<SquareSums<float>>(Plan.Tiles.Count);
            WeightSums = buffers.Allocate<float>(Plan.Tiles.Count);
            Ranges = buffers.Upload(Plan.Ranges);
            TrustRatios = buffers.Upload(variables.Select(_ => new TrustRatio { Value = 1 }));
            VariableFlags = buffers.Allocate<VariableFlags>(variables.Count);

            // What overwrites weights clears its accumulator; moments in float32 have room for one that is not kept.
            bool clears = options.MomentStorage != LambStorage.Float32
                && variables.Any(variable => variable.OverwriteWithGradient);
            Accumulators = options.GradientAccumulationSteps > 0 || clears
                ? buffers.Allocate<float>(plan.Arena.Length)
                : FirstMoments.WholeBuffer;
            Averages = options.UseEma ? buffers.Allocate<float>(plan.Arena.Length) : FirstMoments.WholeBuffer;
            ClipFactors = buffers.Upload(Enumerable.Repeat(1f, variables.Count + 1));
            Scalars = buffers.Allocate<StepScalars>(1);
            LossScale = buffers.Upload([new LossScaleState { Scale = FirstLossScale(options) }]);
            Queue = queue == null ? null : Upload(queue, variables.Count);
            History = new ScalarHistory(accelerator, options.DynamicLossScale?.DynamicGrowthSteps ?? 0);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where each variable lies in the moments, and how it is cut into tiles.</summary>
    public TilePlan Plan { get; }

    /// <summary>Whether weights of 16 bits have master copies.</summary>
    public bool KeepsMasters { get; }

    /// <summary>w in float32, or the first moments where no copy is kept.</summary>
    public ArrayView<float> Masters { get; }

    /// <summary>m.</summary>
    public LambArray FirstMoments { get; }

    /// <summary>v.</summary>
    public LambArray SecondMoments { get; }

    /// <summary>a, or the first moments where none is kept.</summary>
    public ArrayView<float> Accumulators { get; }

    /// <summary>w̄, or the first moments where none is kept.</summary>
    public ArrayView<float> Averages { get; }

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
    public ArrayView<VariableFlags> VariableFlags { get; }

    /// <summary>The factor that clips all gradients, then that of each variable.</summary>
    public ArrayView<float> ClipFactors { get; }

    /// <summary>The scalars that the device has decided on.</summary>
    public ArrayView<StepScalars> Scalars { get; }

    /// <summary>The loss scale that adapts itself.</summary>
    public ArrayView<LossScaleState> LossScale { get; }

    /// <summary>The work of one launch that does all stages; null where each stage is a launch.</summary>
    public QueueViews? Queue { get; }

    /// <summary>The scalars of the last raw iterations.</summary>
    public ScalarHistory History { get; } = null!;

    /// <summary>Throws where the accelerator has been disposed, and the state with it.</summary>
    public void RequireLive()
    {
        if (FirstMoments.Buffer.IsDisposed)
        {
            throw new ObjectDisposedException(
                accelerator.Name, $"The accelerator '{accelerator.Name}' is disposed, and the state on it is gone.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        History?.Dispose();
        buffers.Dispose();
    }

    private LambArray AllocateMoments(LambStorage storage) => storage == LambStorage.BFloat16
        ? buffers.Allocate<BFloat16>(Plan.Arena.Length)
        : buffers.Allocate<float>(Plan.Arena.Length);

    private static float FirstLossScale(LambOptions options) =>
        (float)(options.DynamicLossScale?.InitialScale ?? options.LossScaleFactor ?? 1);

    private QueueViews Upload(WorkQueue queue, int variables) => new()
    {
        Items = buffers.Upload(queue.Items),
        Claims = buffers.Upload(queue.Claims),
        Counters = buffers.Allocate<int>(2),
        Done = buffers.Allocate<int>(variables),
        Ready = buffers.Allocate<int>(variables),
    };
}
