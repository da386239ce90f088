using CsCheck;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Laws;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Tests.Layout;

/// <summary>The order of work: complete, and without anything that could wait for what comes later.</summary>
[TestClass]
public class WorkQueueTests
{
    private const int TileLength = 64;

    private static readonly Gen<long[]> Lengths =
        Gen.OneOf(Gen.Long[0, 5], Gen.Long[60, 70], Gen.Long[100, 1000]).Array[1, 12];

    [TestMethod]
    public void EveryTileIsDoneOnceAndAppliedAfterAllMomentsOfItsVariable() =>
        RandomCases.Check(300, Gen.Select(Lengths, Gen.Int[0, 9]), (lengths, lag) =>
        {
            TilePlan plan = PlanOf(lengths);
            var queue = new WorkQueue(plan, lag, claimLength: 100);
            var moments = new int[plan.Tiles.Count];
            var applied = new int[plan.Tiles.Count];
            foreach (WorkItem item in queue.Items)
            {
                moments[item.Tile] += item.Stages.HasFlag(WorkStages.Moments) ? 1 : 0;
                if (item.Stages.HasFlag(WorkStages.Apply))
                {
                    TileRange range = plan.Ranges[plan.Tiles[item.Tile].Variable];
                    Assert.IsTrue(moments.Skip(range.First).Take(range.Count).All(count => count == 1));
                    applied[item.Tile]++;
                }
            }

            Assert.IsTrue(moments.All(count => count == 1), "moments");
            Assert.IsTrue(applied.All(count => count == 1), "applied");
        });

    [TestMethod]
    public void ClaimsAreAllItemsInOrderAndAsLongAsAskedFor() =>
        RandomCases.Check(300, Gen.Select(Lengths, Gen.Int[1, 500]), (lengths, claimLength) =>
        {
            TilePlan plan = PlanOf(lengths);
            var queue = new WorkQueue(plan, 2, claimLength);
            Assert.AreEqual(0, queue.Claims[0]);
            Assert.AreEqual(queue.Items.Count, queue.Claims[^1]);
            for (int claim = 0; claim < queue.Claims.Count - 1; claim++)
            {
                int[] tiles = [.. queue.Items.Take(queue.Claims[claim]..queue.Claims[claim + 1]).Select(i => i.Tile)];
                int length = tiles.Sum(tile => plan.Tiles[tile].Length);
                Assert.IsGreaterThan(0, tiles.Length);
                Assert.IsTrue(length >= claimLength || claim == queue.Claims.Count - 2, $"claim {claim}: {length}");
                Assert.IsLessThan(claimLength, length - plan.Tiles[tiles[^1]].Length, "no item more than it takes");
            }
        });

    [TestMethod]
    public void BetweenTheMomentsOfAVariableAndItsApplyStandAsManyTilesAsAskedFor()
    {
        TilePlan plan = PlanOf([2 * TileLength, 4 * TileLength]);
        var queue = new WorkQueue(plan, lag: 3, claimLength: 1);
        CollectionAssert.AreEqual(
            new[] { 0, 1, 2, 3, 4, ~1, ~0, 5, ~5, ~4, ~3, ~2 },
            queue.Items.Select(item => item.Stages == WorkStages.Moments ? item.Tile : ~item.Tile).ToArray());
    }

    [TestMethod]
    public void AVariableOfOneTileIsDoneWhole()
    {
        var queue = new WorkQueue(PlanOf([TileLength, 3]), lag: 3, claimLength: 1);
        CollectionAssert.AreEqual(
            new[] { WorkStages.Moments | WorkStages.Apply, WorkStages.Moments | WorkStages.Apply },
            queue.Items.Select(item => item.Stages).ToArray());
    }

    private static TilePlan PlanOf(long[] lengths)
    {
        using LambVariables variables = TestDevice.Cpu.Allocate(lengths);
        return new TilePlan(variables, TileLength, true);
    }
}
