using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Files;
using Lamb.Gpu.Tests.Laws;

namespace Lamb.Gpu.Tests.Checkpoints;

/// <summary>n + k steps are n steps, a checkpoint and k steps in another optimizer, for every choice of every
/// option.</summary>
[TestClass]
public sealed class ResumeTests : IDisposable
{
    private static readonly LambVariableSpec[] Specs =
    [
        new("dense/kernel", [200]), new("dense/bias", [7]) { ExcludeFromWeightDecay = true },
        new("scale", [1]) { ExcludeFromTrustRatio = true }, new("seen", [5]) { OverwriteWithGradient = true },
    ];

    private readonly TestFolder folder = new();

    public static IEnumerable<object[]> Rows => TestDevice.Rows;

    public TestContext TestContext { get; set; } = null!;

    public void Dispose() => folder.Dispose();

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void EveryChoiceOfEveryOptionGoesOn(string row)
    {
        TestDevice device = TestDevice.Open(row);
        var storages = ResumeChoices.OfStorage;
        var choices = ResumeChoices.OfOptions;

        // Float32 and so many others, in turn. A driver compiles each for seconds.
        int others = device == TestDevice.Cpu ? Thorough.Cases(quick: 1, thorough: 3) : Math.Max(Thorough.Times - 1, 0);
        others = Math.Min(others, storages.Count - 1);
        var met = new HashSet<ResumeStorage>();
        int played = 0;
        foreach ((int choice, (string name, LambOptions options)) in choices.Index())
        {
            var inTurn = Enumerable.Range(0, others).Select(i =>
                storages[1 + (((choice * others) + i) % (storages.Count - 1))]);
            foreach (ResumeStorage storage in inTurn.Prepend(storages[0]).Where(each => each.Fits(options)))
            {
                AssertGoesOn(device, options, storage, name);
                met.Add(storage);
                played++;
            }
        }

        TestContext.WriteLine(
            $"{row}: {played} combinations of {choices.Count} choices and {met.Count} of {storages.Count} storages");
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AFileOfTheCpuLoadsOnEveryDevice(string row)
    {
        TestDevice device = TestDevice.Open(row);
        foreach (ResumeStorage storage in ResumeChoices.OfStorage.Where((_, i) => i % 10 == 0))
        {
            var options = new LambOptions { UseEma = true, GradientAccumulationSteps = 3, WeightDecay = 0.1 };
            var played = new OptionCase(storage.Of(options), [.. Specs.Select(storage.Of)], 5);
            using OptionRun saved = played.Start(TestDevice.Cpu), loaded = played.Start(device);
            Play(saved, played, 0, 5);
            saved.Optimizer.SaveCheckpoint(folder["a"]);
            loaded.Optimizer.LoadCheckpoint(folder["a"]);
            CollectionAssert.AreEqual(saved.Bits(), loaded.Bits(), $"{storage}");
        }
    }

    private void AssertGoesOn(TestDevice device, LambOptions options, ResumeStorage storage, string name)
    {
        // Calls are of all phases of a window, and one is not finite under an adapting scale.
        var played = new OptionCase(storage.Of(options), [.. Specs.Select(storage.Of)], 5);
        using OptionRun straight = played.Start(device), saved = played.Start(device), resumed = played.Start(device);
        Play(straight, played, 0, 10);
        Play(saved, played, 0, 4);
        saved.Optimizer.SaveCheckpoint(folder["a"]);
        Play(resumed, played, 20, 22);
        resumed.Optimizer.LoadCheckpoint(folder["a"]);
        Play(saved, played, 4, 10);
        Play(resumed, played, 4, 10);
        CollectionAssert.AreEqual(straight.Bits(), saved.Bits(), $"saving changes nothing: {name}, {storage}");
        CollectionAssert.AreEqual(straight.Bits(), resumed.Bits(), $"{name}, {storage}");
    }

    private static void Play(OptionRun run, OptionCase played, int first, int end)
    {
        for (int call = first; call < end; call++)
        {
            run.Step(played.Given(call));
        }
    }
}
