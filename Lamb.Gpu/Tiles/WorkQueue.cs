using System.Runtime.InteropServices;
using ILGPU;

namespace Lamb.Gpu.Tiles;

/// <summary>The order in which one launch does all stages of a step, so that a tile is applied while it is still in the
/// cache.</summary>
/// <remarks>
/// The tiles of a variable are applied last first: what was touched last is still there. Between its moments and its
/// apply stand a few tiles of the next variables, so that nobody waits for the last sum. A variable of one tile is
/// done whole at once. Whatever an item waits for stands before it, so that workers who claim in order cannot
/// deadlock, however many of them run at the same time.
/// </remarks>
internal sealed class WorkQueue
{
    private readonly List<WorkItem> items = [];
    private readonly List<int> claims = [0];
    private readonly Queue<(TileRange Tiles, int Due)> waiting = [];
    private int moments;

    /// <summary>Makes the order.</summary>
    /// <param name="plan">The tiles.</param>
    /// <param name="lag">How many tiles of moments stand between the last of a variable and its apply.</param>
    /// <param name="claimLength">The elements that are claimed at once where tiles are shorter.</param>
    public WorkQueue(TilePlan plan, int lag, int claimLength)
    {
        foreach (TileRange tiles in plan.Ranges)
        {
            AddMoments(tiles, lag);
        }

        while (waiting.Count > 0)
        {
            AddApply(waiting.Dequeue().Tiles);
        }

        AddClaims(plan, claimLength);
    }

    /// <summary>What is to be done, in order.</summary>
    public IReadOnlyList<WorkItem> Items => items;

    /// <summary>Where each claim begins, and where the last one ends.</summary>
    public IReadOnlyList<int> Claims => claims;

    private void AddMoments(TileRange tiles, int lag)
    {
        bool isWhole = tiles.Count == 1;
        for (int index = tiles.First; index < tiles.First + tiles.Count; index++)
        {
            items.Add(new WorkItem { Tile = index, Stages = WorkStages.Moments | (isWhole ? WorkStages.Apply : 0) });
            moments++;
            while (waiting.Count > 0 && waiting.Peek().Due <= moments)
            {
                AddApply(waiting.Dequeue().Tiles);
            }
        }

        if (tiles.Count > 1)
        {
            waiting.Enqueue((tiles, moments + lag));
        }
    }

    private void AddApply(TileRange tiles)
    {
        for (int index = tiles.First + tiles.Count - 1; index >= tiles.First; index--)
        {
            items.Add(new WorkItem { Tile = index, Stages = WorkStages.Apply });
        }
    }

    private void AddClaims(TilePlan plan, int claimLength)
    {
        int length = 0;
        for (int index = 0; index < items.Count; index++)
        {
            length += plan.Tiles[items[index].Tile].Length;
            if (length >= claimLength || index == items.Count - 1)
            {
                claims.Add(index + 1);
                length = 0;
            }
        }
    }
}

/// <summary>A tile, and what is to be done with it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WorkItem
{
    /// <summary>The index of the tile.</summary>
    public int Tile;

    /// <summary>What is done with it: both only where it is the whole of its variable.</summary>
    public WorkStages Stages;
}

/// <summary>The stages of a step that one claim of a tile runs.</summary>
[Flags]
internal enum WorkStages
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>m, v and the sums of squares.</summary>
    Moments = 1,

    /// <summary>w, once the trust ratio of the variable is known.</summary>
    Apply = 2,
}

/// <summary>What the workers of one launch share to divide its work among themselves.</summary>
internal struct QueueViews
{
    /// <summary>What is to be done, in order.</summary>
    public ArrayView<WorkItem> Items;

    /// <summary>Where each claim begins in <see cref="Items"/>, and where the last one ends.</summary>
    public ArrayView<int> Claims;

    /// <summary>How many claims have been taken, and how many workers have left; both 0 between launches.</summary>
    public ArrayView<int> Counters;

    /// <summary>How many tiles of each variable have their moments; 0 between launches.</summary>
    public ArrayView<int> Done;

    /// <summary>The last launch in which the trust ratio of each variable was ready.</summary>
    public ArrayView<int> Ready;
}
