using System.Runtime.CompilerServices;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.State;

/// <summary>Which arenas an optimizer keeps, and what its state comes to.</summary>
internal sealed class StateSize(
    IReadOnlyList<LambVariable> variables, TilePlan plan, LambOptions options, WorkQueue? queue)
{
    /// <summary>Whether weights of 16 bits have master copies.</summary>
    public bool KeepsMasters { get; } = options.MasterWeights
        && variables.Any(variable => variable.WeightView.DataType != LambDataType.Float32);

    /// <summary>Whether there are accumulators.</summary>
    /// <remarks>What overwrites weights clears its own; moments in float32 have room for one that is not
    /// kept.</remarks>
    public bool KeepsAccumulators { get; } = options.GradientAccumulationSteps > 0
        || (options.MomentDataType != LambDataType.Float32
            && variables.Any(variable => variable.OverwriteWithGradient));

    /// <summary>The bytes on the device.</summary>
    public long Bytes => Arenas() + PerTile() + PerVariable() + OfQueue()
        + Unsafe.SizeOf<StepScalars>() + (2 * Unsafe.SizeOf<LossScaleState>())
        + ((long)ScalarHistory.LengthFor(options) * Unsafe.SizeOf<StepScalars>());

    private long Arenas()
    {
        long singles = (KeepsMasters ? 1 : 0) + (KeepsAccumulators ? 1 : 0) + (options.UseEma ? 1 : 0);
        return plan.Arena.Length * ((2 * LambView.SizeOf(options.MomentDataType)) + (singles * sizeof(float)));
    }

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
