using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Files;

namespace Lamb.Gpu.Tests.Faults;

/// <summary>A launch that fails is either as if it had not been, or the optimizer says so until it is
/// mended.</summary>
[TestClass]
public sealed class LaunchFaultTests : IDisposable
{
    // What is measured before a step changes anything.
    private static readonly string[] Harmless = ["GradientNorm", "WeightNorm"];

    private static readonly string[] OneByOne = ["Moment", "TrustRatio", "Apply"];

    private static readonly LambOptions Options = new()
    {
        LearningRate = 0.1,
        GlobalClipNorm = 1,
        UseEma = true,
        GradientAccumulationSteps = 2,
        WeightAccess = LambWeightAccess.Exclusive,
    };

    private readonly TestFolder folder = new();

    public static IEnumerable<object[]> Cases =>
        from row in TestDevice.Rows
        from stage in new[] { "WeightNorm", "GradientNorm", "Decision", "Moment", "TrustRatio", "Apply", "Fused" }
        from isLate in new[] { false, true }
        from isScaled in new[] { false, true }
        select new object[] { row[0], stage, isLate, isScaled };

    public static IEnumerable<object[]> Rows => TestDevice.Rows;

    public void Dispose() => folder.Dispose();

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void AFailedLaunchIsHarmlessOrRefusedUntilACheckpointIsLoaded(
        string row, string stage, bool isLate, bool isScaled)
    {
        TestDevice device = TestDevice.Open(row);
        LambOptions options = isScaled ? Options with { DynamicLossScale = new() { InitialScale = 4 } } : Options;
        using var whole = new FaultyTraining(device, options);
        using var faulty = new FaultyTraining(device, options);
        Array.ForEach([whole, faulty], training => training.Steps(0, 3));
        faulty.Optimizer.SaveCheckpoint(folder["a"]);
        long[] before = faulty.Bits();
        faulty.Optimizer.NotifyWeightsChanged();
        whole.Optimizer.NotifyWeightsChanged();
        faulty.Fails = stage;
        faulty.IsLate = isLate;
        if (!faulty.Throws(() => faulty.Steps(3, 1)))
        {
            // A device does the last three in one launch, or does without it.
            bool isElsewhere = device.Tuning.Claim == null ? stage == "Fused" : OneByOne.Contains(stage);
            Assert.IsTrue(isElsewhere, $"{stage} was not launched");
            return;
        }

        faulty.Fails = null;
        if (Harmless.Contains(stage))
        {
            CollectionAssert.AreEqual(before, faulty.Bits(), "nothing has changed");
        }
        else
        {
            AssertRefusesAll(faulty.Optimizer, "A launch of the last step failed");
            faulty.Optimizer.LoadCheckpoint(folder["a"]);
            CollectionAssert.AreEqual(before, faulty.Bits());
        }

        Array.ForEach([whole, faulty], training => training.Steps(3, 4));
        CollectionAssert.AreEqual(whole.Bits(), faulty.Bits());
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AStateAndWeightsMendTooAndDisposingIsNeverRefused(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using var faulty = new FaultyTraining(device, Options);
        faulty.Steps(0, 3);
        IReadOnlyList<LambStateValue> saved = faulty.Optimizer.SaveState();
        float[][] weights = faulty.Weights();
        long[] before = faulty.Bits();
        faulty.Fails = device.Tuning.Claim == null ? "Apply" : "Fused";
        Assert.IsTrue(faulty.Throws(() => faulty.Steps(3, 1)));
        AssertRefusesAll(faulty.Optimizer, "A launch of the last step failed");
        Assert.ThrowsExactly<ArgumentException>(() => faulty.Optimizer.LoadState(saved.Skip(1).ToArray()));
        AssertRefusesAll(faulty.Optimizer, "A launch of the last step failed");
        faulty.Write(weights);
        faulty.Optimizer.LoadState(saved);
        CollectionAssert.AreEqual(before, faulty.Bits());
        Assert.IsTrue(faulty.Throws(() => faulty.Steps(3, 1)));
        faulty.Optimizer.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(faulty.Optimizer.Step);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void FlagsThatWereNotLaunchedAreLaunchedByTheNextStep(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using var whole = new FaultyTraining(device, Options);
        using var faulty = new FaultyTraining(device, Options);
        Array.ForEach([whole, faulty], training => training.Steps(0, 3));
        long[] before = faulty.Bits();
        faulty.Fails = "Flags";
        Assert.IsTrue(faulty.Throws(() => faulty.StepWithout(3)));
        CollectionAssert.AreEqual(before, faulty.Bits(), "nothing else was launched");
        faulty.Fails = null;
        Array.ForEach([whole, faulty], training => training.StepWithout(3));
        CollectionAssert.AreEqual(whole.Bits(), faulty.Bits());
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AveragesThatWereWrittenInPartAreMeasuredBeforeTheNextStep(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using var whole = new FaultyTraining(device, Options);
        using var faulty = new FaultyTraining(device, Options);
        Array.ForEach([whole, faulty], training => training.Steps(0, 4));
        faulty.Fails = "TakeAverage";
        faulty.IsLate = true;
        Assert.IsTrue(faulty.Throws(faulty.Optimizer.FinalizeVariableValues));
        faulty.Fails = null;
        faulty.Steps(4, 2);
        whole.Optimizer.FinalizeVariableValues();
        whole.Steps(4, 2);

        // The first variable alone has its averages, and its norm is that of them.
        Assert.AreEqual(
            whole.Optimizer.ReadTrustRatios()[0].WeightNorm, faulty.Optimizer.ReadTrustRatios()[0].WeightNorm);
    }

    private static void AssertRefusesAll(LambOptimizer optimizer, string reason)
    {
        Action[] uses =
        [
            optimizer.Step, () => optimizer.SaveState(), () => optimizer.SaveCheckpoint("/nowhere/a"),
            optimizer.FinalizeVariableValues, () => optimizer.ReadTrustRatios(), () => optimizer.LearningRate = 1,
        ];
        foreach (Action use in uses)
        {
            StringAssert.StartsWith(Assert.ThrowsExactly<InvalidOperationException>(use).Message, reason);
        }
    }
}
