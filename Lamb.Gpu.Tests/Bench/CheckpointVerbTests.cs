using System.Text.Json;
using Lamb.Gpu.Tests.Files;

namespace Lamb.Gpu.Tests.Bench;

/// <summary>The verb <c>checkpoint</c>: a small run, and what it refuses.</summary>
[TestClass]
public sealed class CheckpointVerbTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void ASmallRunReportsAllThreeAndLeavesNothing()
    {
        ProgramRun run = ProgramRun.Of(
            "checkpoint", "--bytes", "120000", "--rounds", "3", "--folder", folder["."], "--device", "cpu", "--json");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.AreEqual(10_000, run.Json.GetProperty("parameters").GetInt64());
        Assert.IsGreaterThan(120_000, run.Json.GetProperty("bytes").GetInt64());
        double[] saves = Seconds("saveSeconds"), copies = Seconds("copySeconds"), loads = Seconds("loadSeconds");
        Assert.AreEqual(Middle(copies, saves), run.Json.GetProperty("saveFraction").GetDouble(), 1e-9);
        Assert.AreEqual(Middle(copies, loads), run.Json.GetProperty("loadFraction").GetDouble(), 1e-9);
        Assert.IsEmpty(folder.Files);

        double[] Seconds(string name) =>
            [.. run.Json.GetProperty(name).EnumerateArray().Select((JsonElement seconds) => seconds.GetDouble())];
        double Middle(double[] copy, double[] other) => copy.Zip(other, (x, y) => x / y).Order().ElementAt(1);
    }

    [TestMethod]
    [DataRow("--bytes", "0", "--bytes must be a whole number of 1 or more, was '0'.")]
    [DataRow("--bytes", "1000000000000000", "--bytes: state and gradients need 1333333.3 GB of memory, there are ")]
    [DataRow("--rounds", "-1", "--rounds must be a whole number of 1 or more, was '-1'.")]
    [DataRow("--folder", "/proc", "--folder: '/proc' cannot be written")]
    [DataRow("--folder", "/nowhere", "--folder must be a folder, '/nowhere' is none.")]
    public void WhatIsWrongIsSaid(string option, string value, string problem)
    {
        ProgramRun run = ProgramRun.Of("checkpoint", option, value);
        Assert.AreEqual(2, run.ExitCode);
        StringAssert.Contains(run.Error, problem);
    }
}
