using CsCheck;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Files;

namespace Lamb.Gpu.Tests.Laws;

/// <summary>Going on from a checkpoint is going on, to the bit, for every combination of options.</summary>
[TestClass]
public sealed class CheckpointLaws : IDisposable
{
    private const int Calls = OptionCase.Calls;

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    [DynamicData(nameof(TestDevice.Rows), typeof(TestDevice))]
    public void GoingOnFromAFileChangesNoBit(string row)
    {
        var device = TestDevice.Open(row);
        int cases = device == TestDevice.Cpu ? 200 : device.IsSimulated ? 12 : 40;
        RandomCases.Check(cases, Gen.Select(OptionCase.Mixed, Gen.Int[0, Calls]), (played, moment) =>
        {
            using OptionRun straight = played.Start(device), saved = played.Start(device);
            Play(saved, played, 0, moment);
            saved.Optimizer.SaveCheckpoint(folder["a"]);
            using OptionRun loaded = played.Start(device);

            // Another state, and other weights, than those that are loaded.
            Play(loaded, played, 100, 100 + (played.Seed % 7));
            loaded.Optimizer.LoadCheckpoint(folder["a"]);
            AssertSame(saved, loaded, "as loaded");
            Play(straight, played, 0, Calls);
            Play(loaded, played, moment, Calls);
            AssertSame(straight, loaded, $"saved before call {moment}");
        });
        CollectionAssert.AreEqual(new[] { "a" }, folder.Files);
    }

    [TestMethod]
    public void AFileThatIsSavedAgainHasTheSameBytes() => RandomCases.Check(100, OptionCase.Mixed, played =>
    {
        using OptionRun saved = played.Start(TestDevice.Cpu), loaded = played.Start(TestDevice.Cpu);
        Play(saved, played, 0, 1 + (played.Seed % Calls));
        saved.Optimizer.SaveCheckpoint(folder["a"]);
        loaded.Optimizer.LoadCheckpoint(folder["a"]);
        loaded.Optimizer.SaveCheckpoint(folder["b"]);
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["a"]), File.ReadAllBytes(folder["b"]));
    });

    private static void Play(OptionRun run, OptionCase played, int first, int end)
    {
        for (int call = first; call < end; call++)
        {
            run.Step(played.Given(call));
        }
    }

    private static void AssertSame(OptionRun expected, OptionRun actual, string when)
    {
        CollectionAssert.AreEqual(expected.Bits(), actual.Bits(), when);
        CollectionAssert.AreEqual(
            expected.Optimizer.ReadTrustRatios().ToArray(), actual.Optimizer.ReadTrustRatios().ToArray(), when);
    }
}
