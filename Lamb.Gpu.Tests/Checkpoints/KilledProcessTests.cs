using System.Diagnostics;
using System.Globalization;
using Lamb.Gpu.Bench.Checkpoints;
using Lamb.Gpu.Files;
using Lamb.Gpu.Tests.Bench;
using Lamb.Gpu.Tests.Files;

namespace Lamb.Gpu.Tests.Checkpoints;

/// <summary>A training in other processes, which go on from each other's checkpoints, some of them killed.</summary>
[TestClass]
public sealed class KilledProcessTests : IDisposable
{
    private const int Parameters = 100_000;

    private readonly TestFolder folder = new();

    public TestContext TestContext { get; set; } = null!;

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void AnotherProcessGoesOnToTheBit()
    {
        using (var straight = new SavedTraining(folder["straight"], Parameters))
        {
            straight.Run(12, savesEach: false);
        }

        foreach (int steps in new[] { 5, 7 })
        {
            using Process process = Start("--steps", $"{steps}");
            process.WaitForExit();
            Assert.AreEqual(0, process.ExitCode);
        }

        CollectionAssert.AreEqual(File.ReadAllBytes(folder["straight"]), File.ReadAllBytes(folder["a"]));
    }

    [TestMethod]
    public void AProcessThatIsKilledWhileItSavesLeavesAWholeCheckpoint()
    {
        int kills = Thorough.Cases(quick: 3, thorough: 60);
        var random = new Random(1904);
        long last = 0, leftovers = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            using Process process = Start();
            Assert.AreEqual("ready", process.StandardOutput.ReadLine(), $"it loads what was left, kill {kill}");
            // At any moment of a save or between two: what is waited for is nothing but chance.
            Thread.Sleep(TimeSpan.FromMilliseconds(random.NextDouble() * 60));
            process.Kill();
            process.WaitForExit();
            long steps = Steps(folder["a"]);
            Assert.IsGreaterThanOrEqualTo(last, steps, $"kill {kill}");
            last = steps;
            leftovers += folder.Files.Length - 1;
            Assert.IsLessThanOrEqualTo(2, folder.Files.Length, "the next save removes what a killed one has left");
        }

        TestContext.WriteLine($"{kills} kills, {leftovers} of them while a file was half written; {last} steps saved");
        Assert.IsGreaterThan(0, last);
    }

    // Reads all of it, with the checksum.
    private static long Steps(string path)
    {
        using FileStream file = File.OpenRead(path);
        SafetensorsHeader header = SafetensorsHeaderReader.Read(file, path);
        SafetensorsReader.Read(file, header, path, keeps: false, (_, _, _) => { }, _ => { });
        return long.Parse(header.Metadata["raw_iterations"], CultureInfo.InvariantCulture);
    }

    private Process Start(params string[] arguments) =>
        BenchProcess.Start(["checkpoint", "--train", folder["a"], .. arguments]);
}
