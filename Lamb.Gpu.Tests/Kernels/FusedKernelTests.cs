using Lamb.Gpu.Launch;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Laws;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>One launch for all stages gives the bits of one launch a stage, whoever claims what.</summary>
/// <remarks>On every accelerator, though the library does so on the CPU alone.</remarks>
[TestClass]
public class FusedKernelTests
{
    public static IEnumerable<object[]> Rows => TestDevice.KernelRows;

    /// <summary>Workers, tiles between moments and apply, elements a claim.</summary>
    public static IEnumerable<object[]> Divisions =>
        from row in TestDevice.KernelRows
        from division in new[] { (1, 0, 1), (2, 0, 1), (2, 2, 200), (7, 3, 64), (3, 1000, 64) }
        select new[] { row[0], division.Item1, division.Item2, division.Item3 };

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void EveryOptionGivesTheBitsOfThreeLaunches(string row)
    {
        TestDevice device = TestDevice.Open(row);

        // Tiles of 16: most variables have several.
        Tuning apart = device.Tuning with { TileLength = 16, Claim = null };
        Tuning fused = apart.InOneLaunch(device.Accelerator);

        // The first case of a form compiles it: half a minute on OpenCL, where nothing but tests asks for it.
        int cases = row switch { "cpu" => 150, "opencl" => 4, _ => 15 };
        RandomCases.Check(cases, row == "cpu" ? OptionCase.Mixed : OptionCase.Any, played =>
        {
            using var one = new OptionRun(device, played, played.Options, tuning: fused);
            using var three = new OptionRun(device, played, played.Options, tuning: apart);
            for (int call = 0; call < OptionCase.Calls; call++)
            {
                one.Step(played.Given(call));
                three.Step(played.Given(call));
                CollectionAssert.AreEqual(three.Bits(), one.Bits(), $"call {call}");
                CollectionAssert.AreEqual(
                    three.Optimizer.ReadTrustRatios().ToArray(), one.Optimizer.ReadTrustRatios().ToArray());
            }
        });
    }

    [TestMethod]
    [DynamicData(nameof(Divisions))]
    public void ManyStepsGiveTheBitsOfThreeLaunches(string row, int workers, int lag, int claimLength)
    {
        TestDevice device = TestDevice.Open(row);
        Tuning apart = device.Tuning with { TileLength = 64, Claim = null };
        Tuning fused = apart with { Claim = new ClaimTuning(workers, claimLength, lag) };
        using var one = new Pair(device, fused);
        using var three = new Pair(device, apart);
        int steps = row switch { "cpu" => Thorough.Choose(400, 2000), "opencl" or "cuda" => 500, _ => 20 };
        for (int step = 1; step <= steps; step++)
        {
            one.Optimizer.Step();
            three.Optimizer.Step();
            if (step % Math.Max(steps / 20, 5) == 0)
            {
                CollectionAssert.AreEqual(three.Bits(), one.Bits(), $"step {step}");
            }
        }

        Assert.AreEqual(steps, one.Optimizer.Launches);
        Assert.AreEqual(3 * steps, three.Optimizer.Launches);
    }

    /// <summary>Variables of one tile and of many, and their optimizer.</summary>
    private sealed class Pair : IDisposable
    {
        private readonly TestDevice device;
        private readonly LambVariables variables;

        public Pair(TestDevice device, Tuning tuning)
        {
            this.device = device;
            variables = device.Allocate([.. Enumerable.Repeat(3L, 40), 64, 65, 1600, 0, 1, 128, 700]);
            variables.Fill(5);
            Optimizer = new LambOptimizer(variables, new LambOptions { WeightDecay = 0.01 }, null, tuning);
        }

        public LambOptimizer Optimizer { get; }

        public int[] Bits() =>
            [.. variables.SelectMany(variable => variable.Weights.Read(device.Accelerator).Bits())];

        public void Dispose()
        {
            Optimizer.Dispose();
            variables.Dispose();
        }
    }
}
