using Lamb.Gpu.Launch;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Laws;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>One launch for all stages gives the bits of one launch a stage, whoever claims what.</summary>
/// <remarks>On the CPU accelerator alone: the others launch each stage.</remarks>
[TestClass]
public class FusedKernelTests
{
    private static TestDevice Device => TestDevice.Cpu;

    private static Tuning Fused => Device.Tuning;

    private static Tuning Apart => Device.Tuning with { Claim = null };

    [TestMethod]
    public void EveryOptionGivesTheBitsOfThreeLaunches() => RandomCases.Check(150, OptionCase.Any, played =>
    {
        // Tiles of 16: most variables have several.
        using var one = new OptionRun(Device, played, played.Options, tuning: Fused with { TileLength = 16 });
        using var three = new OptionRun(Device, played, played.Options, tuning: Apart with { TileLength = 16 });
        for (int call = 0; call < OptionCase.Calls; call++)
        {
            one.Step(played.Given(call));
            three.Step(played.Given(call));
            CollectionAssert.AreEqual(three.Bits(), one.Bits(), $"call {call}");
            CollectionAssert.AreEqual(
                three.Optimizer.ReadTrustRatios().ToArray(), one.Optimizer.ReadTrustRatios().ToArray());
        }
    });

    [TestMethod]
    [DataRow(1, 0, 1, DisplayName = "one worker, each tile a claim, nothing between moments and apply")]
    [DataRow(2, 0, 1, DisplayName = "two workers, each tile a claim, nothing between moments and apply")]
    [DataRow(2, 2, 200, DisplayName = "two workers, claims of several tiles")]
    [DataRow(7, 3, 64, DisplayName = "more workers than most machines have cores")]
    [DataRow(3, 1000, 64, DisplayName = "all moments before the first apply")]
    public void ThousandsOfStepsGiveTheBitsOfThreeLaunches(int workers, int lag, int claimLength)
    {
        Tuning small = Apart with { TileLength = 64, MaxGroups = workers };
        long[] lengths = [.. Enumerable.Repeat(3L, 40), 64, 65, 6400, 0, 1, 128, 700];
        using var one = new Pair(lengths, small with { Claim = new ClaimTuning(claimLength, lag) });
        using var three = new Pair(lengths, small);
        for (int step = 0; step < 2000; step++)
        {
            one.Optimizer.Step();
            three.Optimizer.Step();
            if (step % 100 == 99)
            {
                CollectionAssert.AreEqual(three.Bits(), one.Bits(), $"step {step}");
            }
        }

        Assert.AreEqual(2000L, one.Optimizer.Launches);
        Assert.AreEqual(3 * 2000L, three.Optimizer.Launches);
    }

    /// <summary>Variables and their optimizer.</summary>
    private sealed class Pair : IDisposable
    {
        private readonly LambVariables variables;

        public Pair(long[] lengths, Tuning tuning)
        {
            variables = Device.Allocate(lengths);
            variables.Fill(5);
            Optimizer = new LambOptimizer(variables, new LambOptions { WeightDecay = 0.01 }, null, tuning);
        }

        public LambOptimizer Optimizer { get; }

        public int[] Bits() =>
            [.. variables.SelectMany(variable => variable.Weights.Read(Device.Accelerator).Bits())];

        public void Dispose()
        {
            Optimizer.Dispose();
            variables.Dispose();
        }
    }
}
