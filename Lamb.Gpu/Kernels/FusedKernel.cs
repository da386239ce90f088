using Lamb.Gpu.Step;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Kernels;

/// <summary>Runs all stages of an update in one launch: workers claim tiles in an order that finds them in the
/// cache.</summary>
/// <remarks>
/// The equations, and the bits, are those of <see cref="MomentKernel{TGradient, TWeights}"/>,
/// <see cref="TrustRatioKernel"/> and <see cref="ApplyKernel"/>:
/// <code>
/// m, v, Σu², Σw²    of a tile
/// r                 by whoever ends the last moments of a variable
/// w                 of a tile, once r is known
/// </code>
/// A worker is one thread of the CPU accelerator, or a group of lanes.
/// </remarks>
internal static class FusedKernel<TGradient, TWeights>
    where TGradient : struct, IGradient
    where TWeights : struct, IWeightAccess
{
    /// <summary>The kernel: every group claims work until none is left.</summary>
    /// <param name="views">What the stages read and write.</param>
    /// <param name="queue">The work, and who has claimed what.</param>
    /// <param name="k">The scalars of the step.</param>
    /// <param name="launch">A number that no launch before had.</param>
    public static void Run<TWorker, TClaims>(StepViews views, QueueViews queue, StepScalars k, int launch)
        where TWorker : struct, ITileWorker
        where TClaims : struct, IClaims
    {
        k = views.Current(k);
        int claims = k.Phase == StepPhase.Skip ? 0 : queue.Claims.IntLength - 1;
        for (int claim = TClaims.Next(queue); claim < claims; claim = TClaims.Next(queue))
        {
            for (int index = queue.Claims[claim]; index < queue.Claims[claim + 1]; index++)
            {
                RunTile<TWorker, TClaims>(queue.Items[index], views, queue, k, launch);
            }
        }

        TClaims.Leave(queue);
    }

    private static void RunTile<TWorker, TClaims>(
        WorkItem item, StepViews views, QueueViews queue, StepScalars k, int launch)
        where TWorker : struct, ITileWorker
        where TClaims : struct, IClaims
    {
        Tile tile = views.Tiles[item.Tile];
        k.Flags = views.VariableFlags[tile.Variable];
        bool moves = k.IsTrained && k.Phase == StepPhase.Update;
        if (moves && (item.Stages & WorkStages.Moments) != 0)
        {
            MomentKernel<TGradient, TWeights>.RunTile<TWorker>(item.Tile, tile, views, k);
            if (TClaims.IsLast(queue, tile.Variable, views.Ranges[tile.Variable].Count))
            {
                TrustRatioKernel.RunVariable<TWorker>(tile.Variable, views, k);
                TClaims.Announce(queue, tile.Variable, launch);
            }
        }

        if ((item.Stages & WorkStages.Apply) != 0)
        {
            if (moves)
            {
                TClaims.Await(queue, tile.Variable, launch);
            }

            ApplyKernel.RunTile<TWorker, TWeights>(item.Tile, tile, views, k);
        }
    }
}
