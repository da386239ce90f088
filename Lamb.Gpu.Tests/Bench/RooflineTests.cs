using System.Text.Json;
using Lamb.Gpu.Bench.Roofline;

namespace Lamb.Gpu.Tests.Bench;

/// <summary>The verb <c>roofline</c>: what it prints, what it writes, how it ends. Never how long it takes.</summary>
[TestClass]
public sealed class RooflineTests
{
    private static readonly string[] Times =
        ["milliseconds", "nanosecondsPerParameter", "gigabytesPerSecond", "twinMilliseconds", "copyMilliseconds"];

    [TestMethod]
    public void TheLastLineIsARowAShape()
    {
        ProgramRun run = Run("--shape", "small", "--shape", "mlp", "--json");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        JsonElement[] rows = [.. run.Json.EnumerateArray()];
        CollectionAssert.AreEqual(new[] { "small", "mlp" }, rows.Select(row => Text(row, "shape")).ToArray());
        foreach (JsonElement row in rows)
        {
            Assert.AreEqual("plain", Text(row, "options"));
            Assert.AreEqual("cpu", Text(row, "device"));
            Assert.AreEqual(40, Number(row, "bytesPerParameter"));
            Assert.AreEqual(1, Number(row, "launches"));
            Assert.AreEqual(1, Number(row, "twinLaunches"));
            Assert.IsTrue(Times.All(name => Number(row, name) > 0));
            Assert.IsGreaterThanOrEqualTo(0, Number(row, "allocatedBytesPerStep"));
        }

        Assert.AreEqual(99_400, Number(rows[0], "parameters"));
        Assert.AreEqual(40, Number(rows[0], "variables"));
    }

    [TestMethod]
    public void FractionsAndRatesFollowFromTheTimes()
    {
        JsonElement row = Run("--shape", "small", "--options", "ema", "--json").Json[0];
        double milliseconds = Number(row, "milliseconds");
        AssertNear(Number(row, "twinMilliseconds") / milliseconds, Number(row, "fractionOfTwin"));
        AssertNear(Number(row, "copyMilliseconds") / milliseconds, Number(row, "fractionOfCopy"));
        AssertNear(milliseconds * 1e6 / 99_400, Number(row, "nanosecondsPerParameter"));
        AssertNear(99_400 * 48 / milliseconds / 1e6, Number(row, "gigabytesPerSecond"));
    }

    [TestMethod]
    [DataRow("together", 1)]
    [DataRow("apart", 3)]
    public void StagesAreLaunchedAsAsked(string launch, int launches)
    {
        JsonElement row = Run("--shape", "small", "--launch", launch, "--json").Json[0];
        Assert.AreEqual(launches, Number(row, "launches"));
        Assert.AreEqual(launches, Number(row, "twinLaunches"));
    }

    [TestMethod]
    [DataRow("exclusive", 36, 1)]
    [DataRow("clip", 44, 3)]
    [DataRow("dynamic", 44, 3)]
    [DataRow("accumulate", 12, 1)]
    public void TheOptionsDecideWhatIsMeasured(string options, int bytes, int launches)
    {
        JsonElement row = Run("--shape", "small", "--options", options, "--json").Json[0];
        Assert.AreEqual(options, Text(row, "options"));
        Assert.AreEqual(bytes, Number(row, "bytesPerParameter"));
        Assert.AreEqual(launches, Number(row, "launches"));
        Assert.AreEqual(launches, Number(row, "twinLaunches"));
    }

    [TestMethod]
    public void ScatteredVariablesStandBesideTheSameInAnArena()
    {
        JsonElement[] rows = [.. Run("--scattered", "--json").Json.EnumerateArray()];
        CollectionAssert.AreEqual(
            new[] { "arena-200", "scattered-200" }, rows.Select(row => Text(row, "shape")).ToArray());
        Assert.IsTrue(rows.All(row => Number(row, "variables") == 200 && Number(row, "parameters") == 10_000_000));
    }

    [TestMethod]
    public void ThePageNeedsNothingBesideItself()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.html");
        try
        {
            ProgramRun run = Run("--shape", "small", "--html", path);
            Assert.AreEqual(0, run.ExitCode, run.Error);
            string page = File.ReadAllText(path);
            StringAssert.Contains(page, "<svg ");
            StringAssert.Contains(page, ">small</text>");
            StringAssert.Contains(page, "<td>small</td>");
            Assert.IsFalse(page.Contains("src=", StringComparison.Ordinal));
            Assert.IsFalse(page.Contains("href=", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void WhatDoesNotFitTheMemoryIsLeftOut()
    {
        using var device = LambDevice.Open(LambDeviceKind.Cpu);
        var meter = new RooflineMeter(device, StepKind.All[0], TimeSpan.Zero);
        Assert.IsTrue(meter.Fits(ModelShapes.Find("small"), out _));
        Assert.IsFalse(meter.Fits(ModelShape.Uniform("huge", 1, 1L << 42), out string reason));
        StringAssert.StartsWith(reason, "huge is left out: it needs ");
    }

    [TestMethod]
    public void WrongArgumentsEndWith2AndSayWhy()
    {
        ProgramRun unknown = AssertUsage("there is no shape 'gpt-9'", "--shape", "gpt-9");
        Assert.IsTrue(ModelShapes.All.All(shape => unknown.Error.Contains(shape.Name, StringComparison.Ordinal)));
        ProgramRun options = AssertUsage("was 'fast'", "--options", "fast");
        Assert.IsTrue(StepKind.All.All(kind => options.Error.Contains(kind.Name, StringComparison.Ordinal)));
        AssertUsage("--seconds must be", "--seconds", "-1");
        AssertUsage("--device must be", "--device", "abacus");
        AssertUsage("--html: ", "--html", Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}", "page.html"));
    }

    private static ProgramRun Run(params string[] arguments) =>
        ProgramRun.Of(["roofline", "--device", "cpu", "--seconds", "0", .. arguments]);

    private static ProgramRun AssertUsage(string complaint, params string[] arguments)
    {
        ProgramRun run = ProgramRun.Of(["roofline", .. arguments]);
        Assert.AreEqual(2, run.ExitCode, run.Output);
        StringAssert.Contains(run.Error, complaint);
        Assert.AreEqual("", run.Output, "nothing runs");
        return run;
    }

    // What the rounding of a few operations in double comes to.
    private static void AssertNear(double expected, double actual) =>
        Assert.AreEqual(expected, actual, 1e-12 * Math.Abs(expected));

    private static string? Text(JsonElement row, string key) => row.GetProperty(key).GetString();

    private static double Number(JsonElement row, string key) => row.GetProperty(key).GetDouble();
}
