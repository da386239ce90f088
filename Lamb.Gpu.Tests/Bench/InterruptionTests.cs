using System.Text.Json;
using Lamb.Gpu.Bench.Accuracy;
using Lamb.Gpu.Golden;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Files;

namespace Lamb.Gpu.Tests.Bench;

/// <summary>Ctrl-C ends every verb that measures with what it has measured, and with 130.</summary>
/// <remarks>Each would go on for minutes; it is stopped when it has said that it has something.</remarks>
[TestClass]
public sealed class InterruptionTests : IDisposable
{
    private const int Stopped = 130;
    private const int Many = 3000;

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void RooflineKeepsItsRowsAndItsPage()
    {
        string[] shapes = [.. Enumerable.Repeat<string[]>(["--shape", "small"], Many).SelectMany(shape => shape)];
        ProgramRun run = Interrupt(
            line => line.StartsWith("small: 99,400 ", StringComparison.Ordinal),
            ["roofline", "--seconds", "0", "--html", folder["page"], .. shapes]);
        JsonElement row = run.Json[0];
        Assert.AreEqual("small", row.GetProperty("shape").GetString());
        Assert.IsLessThan(Many, run.Json.GetArrayLength());
        StringAssert.Contains(run.Output, "A step by model");
        StringAssert.Contains(File.ReadAllText(folder["page"]), "<td>small</td>");
    }

    [TestMethod]
    public void CheckpointKeepsItsWholeRoundsAndLeavesNoFile()
    {
        ProgramRun run = Interrupt(
            line => line.StartsWith("round ", StringComparison.Ordinal)
                && !line.StartsWith("round 1 ", StringComparison.Ordinal),
            ["checkpoint", "--bytes", "120000", "--rounds", "1000000", "--folder", folder["."]]);
        int rounds = run.Json.GetProperty("saveSeconds").GetArrayLength();
        Assert.IsGreaterThan(0, rounds);
        Assert.AreEqual(rounds, run.Json.GetProperty("loadSeconds").GetArrayLength());
        StringAssert.Contains(run.Output, $"median of {rounds}");
        Assert.IsEmpty(folder.Files);
    }

    [TestMethod]
    public void SoakSaysHowFarItCame()
    {
        ProgramRun run = Interrupt(
            line => line.Contains(" step ", StringComparison.Ordinal), ["soak", "--steps", "100000000"]);
        Assert.IsTrue(run.Json.GetProperty("isInterrupted").GetBoolean());
        StringAssert.Contains(run.Output, "Stopped before the end");
    }

    [TestMethod]
    public void PeersKeepsWhatTheScriptHasTimed()
    {
        using FakePython python = PeersTests.Hanging();
        ProgramRun run = Interrupt(
            line => line.StartsWith("small: abacus, 12.5", StringComparison.Ordinal),
            ["peers", "--shape", "small", "--shape", "small", "--threads", "1", "--python", python.Command]);
        CollectionAssert.AreEqual(
            new[] { "Lamb.Gpu", "abacus" },
            run.Json.EnumerateArray().Select(row => row.GetProperty("name").GetString()).ToArray());
        Assert.AreEqual("before the others", run.Json[0].GetProperty("note").GetString());
    }

    [TestMethod]
    public void TrainShowsTheNetworkAsItIs()
    {
        File.WriteAllText(folder["text"], string.Concat(Enumerable.Repeat("characters to learn from, ", 1000)));
        ProgramRun run = Interrupt(
            line => line.StartsWith("step ", StringComparison.Ordinal),
            ["train", "--text", folder["text"], "--steps", "10000000", "--batch", "16", "--report", folder["page"]]);
        Assert.IsGreaterThan(0, run.Json.GetProperty("steps").GetInt32());
        StringAssert.Contains(File.ReadAllText(folder["page"]), "<svg ");
    }

    [TestMethod]
    public void AccuracyCountsWhatItHasPlayed()
    {
        using var golden = new GoldenCopy("defaults");
        for (int i = 0; i < Many; i++)
        {
            File.CreateSymbolicLink(Path.Combine(golden.Folder, $"{i:0000}.json"), golden.PathOf("defaults"));
        }

        ProgramRun run = Interrupt(
            line => line.StartsWith($"1/{Many + 1} ", StringComparison.Ordinal),
            ["accuracy", "--golden", golden.Folder]);
        int played = run.Json.GetProperty("scenarios").GetInt32();
        Assert.AreEqual(played, run.Json.GetProperty("passed").GetInt32());
        StringAssert.Contains(run.Output, $"Stopped: {played} of {Many + 1} trajectories were played.");
    }

    [TestMethod]
    public void AccuracyStopsBetweenTwoTrajectories()
    {
        using var golden = new GoldenCopy("defaults", "nan_gradient", "save_load_lso");
        using var stop = new CancellationTokenSource();
        int begun = 0;
        AccuracySummary summary = new AccuracyRunner(TestDevice.Cpu.Accelerator).Run(
            TrajectoryFile.AllIn(golden.Folder), _ => StopAtTheSecond(), stop.Token);
        Assert.HasCount(2, summary.Rows);
        Assert.AreEqual(2, summary.Passed);

        void StopAtTheSecond()
        {
            begun++;
            if (begun == 2)
            {
                stop.Cancel();
            }
        }
    }

    private static ProgramRun Interrupt(Predicate<string> sign, string[] arguments)
    {
        ProgramRun run = BenchProcess.Interrupt(sign, [.. arguments, "--device", "cpu", "--json"]);
        Assert.AreEqual(Stopped, run.ExitCode, run.Error);
        return run;
    }
}
