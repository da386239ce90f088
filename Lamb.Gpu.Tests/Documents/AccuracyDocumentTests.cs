using Lamb.Gpu.Bench.Accuracy;
using Lamb.Gpu.Golden;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Rules;

namespace Lamb.Gpu.Tests.Documents;

/// <summary>What docs/accuracy.md says was measured can be measured.</summary>
[TestClass]
[TestCategory("Golden")]
public sealed class AccuracyDocumentTests
{
    // Lanes as wide as those of the processor add in another order: a scenario or two may go over the line.
    private const int Slack = 2;

    [TestMethod]
    public void TheMeasuredCountsAreThoseOfARunAndNoScenarioIsMissing()
    {
        string text = Repository.Read(AccuracyDocument.Path);
        IReadOnlyList<string> paths = TrajectoryFile.AllIn(TrajectoryFolder.BesideProgram);
        AccuracySummary summary = new AccuracyRunner(TestDevice.Cpu.Accelerator).Run(paths);
        if (Environment.GetEnvironmentVariable(DocumentTests.UpdateSwitch) == "1")
        {
            text = AccuracyDocument.Render(text, summary);
            File.WriteAllText(Path.Combine(Repository.Root, AccuracyDocument.Path), text);
        }

        CollectionAssert.AreEquivalent(
            paths.Select(path => Path.GetFileNameWithoutExtension(path)).ToArray(),
            AccuracyDocument.ScenariosOf(text).ToArray());
        IReadOnlyDictionary<string, int> counts = AccuracyDocument.CountsOf(text);
        Assert.AreEqual(summary.Rows.Count, counts["scenarios"]);
        Assert.AreEqual(summary.Passed, counts["passed"]);
        Assert.AreEqual(summary.Comparable, counts["comparable"]);
        Assert.AreEqual(summary.CloserThanKeras, counts["closerThanKeras"], (double)Slack);
    }
}
