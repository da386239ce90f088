using Lamb.Gpu.Bench.Soak;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Files;

namespace Lamb.Gpu.Tests.Bench;

/// <summary>The verb <c>soak</c>: what it finds, and what it refuses.</summary>
[TestClass]
public sealed class SoakTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void PairsHaveTheSameBitsThroughSkipsAndOverwriting()
    {
        foreach (SoakCase each in SoakCase.All)
        {
            using var pair = new SoakPair(TestDevice.Cpu.Accelerator, each, folder["."]);
            for (int call = 0; call < 220; call++)
            {
                pair.Step(call);
                Assert.IsTrue(call % 20 != 19 || pair.EndPeriod(), $"{each.Name}, call {call}");
            }

            Assert.AreEqual(218, pair.Straight.RawIterations, "two gradients were not finite");
            pair.Resumed.Step(new SoakGradients(each.Specs), 3);
            Assert.IsFalse(pair.EndPeriod(), "a step more is seen");
        }
    }

    [TestMethod]
    public void ARunIsReadFortyTimesAndSaysHowItEnded()
    {
        ProgramRun run = BenchProcess.Run("soak", "--steps", "80", "--period", "2", "--device", "cpu", "--json");
        Assert.AreEqual(0, run.ExitCode, run.Output);
        Assert.IsTrue(run.Json.GetProperty("isSound").GetBoolean());
        Assert.AreEqual(40, run.Json.GetProperty("readings").GetArrayLength());
        Assert.AreEqual(40, run.Json.GetProperty("periods").GetInt64());
        StringAssert.Contains(run.Error, " step 0/80", "a line at once");
        StringAssert.Contains(run.Output, "the same bits after every period");
    }

    [TestMethod]
    public void WhatIsStoppedKeepsThePeriodsThatWereWhole()
    {
        using var stop = new CancellationTokenSource();
        void StopInTheMiddleOfAPeriod(long step)
        {
            if (step == 31)
            {
                stop.Cancel();
            }
        }

        SoakResult result = new SoakMeter(TestDevice.Cpu.Accelerator, folder["."]).Run(
            80, 2, StopInTheMiddleOfAPeriod, stop.Token);
        Assert.IsTrue(result.IsInterrupted);
        Assert.AreEqual(15, result.Periods);
        Assert.AreEqual(30, result.Steps);
        Assert.HasCount(15, result.Readings);
    }

    [TestMethod]
    [DataRow("managed bytes", 100_000)]
    [DataRow("working set", 1_000_000)]
    [DataRow("open files", 1)]
    [DataRow("threads", 1)]
    public void WhatGrowsWithEveryPeriodIsFoundAndWhatComesAndGoesIsNot(string name, long leak)
    {
        Assert.IsTrue(Result(_ => 0).IsSound);
        Assert.IsTrue(Result(i => 50 * leak * (i % 3)).IsSound, "what comes and goes");
        Assert.IsTrue(Result(i => i < 10 ? i * 100 * leak : 1000 * leak).IsSound, "what fills at first");
        SoakResult grown = Result(i => i * leak);
        Assert.IsFalse(grown.IsSound);
        Assert.AreEqual(name, grown.Growth.Single(growth => growth.IsTooMuch).Name);
        Assert.AreEqual(20.0 * leak, grown.Growth.Single(growth => growth.IsTooMuch).Growth);
        Assert.IsFalse((Result(_ => 0) with { Difference = "float32" }).IsSound);

        SoakResult Result(Func<int, long> held) => new(40, 40, null, [.. Enumerable.Range(0, 40).Select(i =>
            new SoakReading(i, Of("managed bytes", held(i)), Of("working set", held(i)), null,
                Of("open files", held(i)), Of("threads", held(i))))]);
        long Of(string each, long held) => 1000 + (each == name ? held : 0);
    }

    [TestMethod]
    [DataRow("--period", "0", "--period must be a whole number of 1 or more, was '0'.")]
    [DataRow("--steps", "1999", "--steps must be 2000 or more, 40 periods of 50, was 1999")]
    public void WhatIsWrongIsSaid(string option, string value, string problem)
    {
        ProgramRun run = ProgramRun.Of("soak", option, value);
        Assert.AreEqual(2, run.ExitCode);
        StringAssert.Contains(run.Error, problem);
    }
}
