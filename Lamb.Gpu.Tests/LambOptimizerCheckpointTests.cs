using System.Text.RegularExpressions;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Checkpoints;
using Lamb.Gpu.Tests.Files;

namespace Lamb.Gpu.Tests;

/// <summary>What a checkpoint holds, what it is refused for, and that nothing is half done.</summary>
[TestClass]
public sealed class LambOptimizerCheckpointTests : IDisposable
{
    private static readonly LambCheckpointOptions WithoutWeights = new() { IncludeWeights = false };

    private static readonly string[] Differences =
    [
        "\"configuration.beta_1\" is 0.9 in the file, 0.8 in this optimizer.",
        "\"configuration.beta_2\" is 0.999 in the file, \"function\" in this optimizer.",
        "\"configuration.clipnorm\" is null in the file, \"Infinity\" in this optimizer.",
        "\"configuration.use_ema\" is true in the file, false in this optimizer.",
        "\"dynamic_loss_scale.dynamic_growth_steps\" is 3 in the file, 4 in this optimizer.",
        "lamb_gpu.weight_access\" is missing in the file, \"exclusive\" in this optimizer.",
        "\"variable 0\" is \"dense/kernel [2, 3]\" in the file, "
        + "\"dense/kernel [3, 2], excluded from weight decay\" in this optimizer.",
        "\"variable 1\" is \"set [4], overwritten with its gradient\" in the file, "
        + "\"bias [], overwritten with its gradient\" in this optimizer.",
        "\"variable 2\" is \"bias []\" in the file, missing in this optimizer.",
    ];

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void AnErrorWithoutAMessageOfItsOwnSaysThatNothingWasLoaded() =>
        Assert.AreEqual(
            "The file is damaged or does not fit. Nothing was loaded.", new LambCheckpointException().Message);

    [TestMethod]
    public void WeightsAreTheCallersWhereTheyAreLeftOut()
    {
        using var saved = new WornOptimizer();
        saved.Optimizer.SaveCheckpoint(folder["a"], WithoutWeights);
        string header = SafetensorsFile.HeaderOf(File.ReadAllBytes(folder["a"]));
        Assert.IsFalse(header.Contains("weight/", StringComparison.Ordinal));
        using var other = new WornOptimizer(steps: 1, seed: 9);
        float[] weights = other.Weights();
        long[] before = other.Bits();
        string message = Refused(other.Optimizer, folder["a"]);
        StringAssert.Contains(message, "it was saved without weights. Load it with IncludeWeights = false");
        CollectionAssert.AreEqual(before, other.Bits());
        other.Optimizer.LoadCheckpoint(folder["a"], WithoutWeights);
        CollectionAssert.AreEqual(weights.Bits(), other.Weights().Bits());
        CollectionAssert.AreEqual(saved.StateBits(), other.StateBits());
    }

    [TestMethod]
    public void WeightsOfTheFileCanBeLeftAlone()
    {
        using WornOptimizer saved = new(), other = new(steps: 1, seed: 9);
        saved.Optimizer.SaveCheckpoint(folder["a"]);
        float[] weights = other.Weights();
        other.Optimizer.LoadCheckpoint(folder["a"], WithoutWeights);
        CollectionAssert.AreEqual(weights.Bits(), other.Weights().Bits());
        CollectionAssert.AreEqual(saved.StateBits(), other.StateBits());
    }

    [TestMethod]
    public void AllDifferencesAreInOneErrorAndNothingIsLoaded()
    {
        using var saved = new WornOptimizer();
        saved.Optimizer.SaveCheckpoint(folder["a"]);
        using var other = new WornOptimizer(
            WornOptimizer.Everything with
            {
                Beta1 = 0.8,
                Beta2 = LambBeta.FromFunc(() => 0.999),
                ClipNorm = double.PositiveInfinity,
                UseEma = false,
                WeightAccess = LambWeightAccess.Exclusive,
                DynamicLossScale = new() { InitialScale = 8, DynamicGrowthSteps = 4 },
            },
            specs:
            [
                new("dense/kernel", [3, 2]) { ExcludeFromWeightDecay = true },
                new("bias", []) { OverwriteWithGradient = true },
            ]);
        long[] before = other.Bits();
        string message = Refused(other.Optimizer, folder["a"]);
        foreach (string difference in Differences)
        {
            StringAssert.Contains(message, difference);
        }

        Assert.AreEqual(Differences.Length, Regex.Count(message, "in the file"), message);
        CollectionAssert.AreEqual(before, other.Bits());
    }

    [TestMethod]
    [DataRow("\"raw_iterations\":\"6\"", "\"raw_iterations\":\"-1\"", "must be a whole number")]
    [DataRow("\"raw_iterations\":\"6\"", "\"raw_iterations\":\"9223372036854775807\"", "the text 'raw_iterations'")]
    [DataRow("\"raw_iterations\":\"6\"", "\"raw_iterations\":\"8\"", "must be 8 / 2, was \"3\"")]
    [DataRow("\"raw_iterations\":\"6\",", "", "the header must have the text 'raw_iterations', and has not.")]
    [DataRow("\"loss_scale\":\"8\"", "\"loss_scale\":\"NaN\"", "the text 'loss_scale'")]
    [DataRow("\"loss_scale\":\"8\"", "\"loss_scale\":\"-1\"", "the text 'loss_scale'")]
    [DataRow("\"finite_steps\":\"1\"", "\"finite_steps\":\"2147483648\"", "the text 'finite_steps'")]
    [DataRow("\"keeps_sums\":\"false\"", "\"keeps_sums\":\"no\"", "the text 'keeps_sums'")]
    [DataRow("\"learning_rate\":\"0.3\"", "\"learning_rate\":\"1e99\"", "the text 'learning_rate'")]
    [DataRow("\"learning_rate\":\"0.3\"", "\"learning_rate\":\"\\\"function\\\"\"", "its learning rate came from")]
    [DataRow("\"learning_rate\":\"0.3\"", "\"learning_rate\":\"{}\"", "the text 'learning_rate'")]
    [DataRow("\"decaying\":\"[true,true,true]\"", "\"decaying\":\"[true,true]\"", "the text 'decaying'")]
    [DataRow("\"format_version\":\"1\"", "\"format_version\":\"2\"", "the format version must be 1, was \"2\".")]
    [DataRow("\"format\":\"lamb", "\"format\":\"wool", "it is a safetensors file, but not a checkpoint")]
    [DataRow("weight/set", "weight/sea", "\"weight/set\" is missing in the file, F32 [4] in this optimizer.")]
    [DataRow("\"variables\":\"[", "\"variables\":\"[[[[[[[[[[[[[[[[[[", "the text 'variables' in the header must")]
    public void AHeaderThatLiesIsRefusedThoughItsChecksumIsRight(string right, string wrong, string problem)
    {
        using WornOptimizer saved = new(), other = new(steps: 1, seed: 9);
        saved.Optimizer.SaveCheckpoint(folder["a"]);
        File.WriteAllBytes(folder["b"], SafetensorsFile.Forge(File.ReadAllBytes(folder["a"]), header =>
        {
            StringAssert.Contains(header, right);
            return header.Replace(right, wrong, StringComparison.Ordinal);
        }));
        long[] before = other.Bits();
        StringAssert.Contains(Refused(other.Optimizer, folder["b"]), problem);
        CollectionAssert.AreEqual(before, other.Bits());
        File.WriteAllBytes(folder["b"], SafetensorsFile.Forge(File.ReadAllBytes(folder["a"]), header => header));
        other.Optimizer.LoadCheckpoint(folder["b"]);
    }

    [TestMethod]
    public void WhatWasSetAndExcludedAfterwardsIsRestored()
    {
        using WornOptimizer saved = new(), other = new(steps: 1, seed: 9);
        saved.Optimizer.ExcludeFromWeightDecay([saved.Variables[0]]);
        saved.Optimizer.LearningRate = new CosineDecay(0.25, 100);
        saved.Optimizer.SaveCheckpoint(folder["a"]);
        other.Optimizer.LoadCheckpoint(folder["a"]);
        Assert.AreEqual(new CosineDecay(0.25, 100), other.Optimizer.LearningRate.Schedule);
        for (int step = 0; step < 4; step++)
        {
            saved.Step(step);
            other.Step(step);
            CollectionAssert.AreEqual(saved.Bits(), other.Bits());
        }
    }

    [TestMethod]
    [DataRow(0, "[false,true]")]
    [DataRow(1, "[true,false]")]
    public void WhatIsExcludedForGoodIsNotLoadedAsWhatDecays(int excluded, string decaying)
    {
        LambVariableSpec[] specs = [new("a", [2]), new("b", [3])];
        specs[excluded] = specs[excluded] with { ExcludeFromWeightDecay = true };
        var options = new LambOptions { WeightDecay = 0.1 };
        using WornOptimizer saved = new(options, specs: specs), other = new(options, specs: specs);
        saved.Optimizer.SaveCheckpoint(folder["a"]);
        File.WriteAllBytes(folder["b"], SafetensorsFile.Forge(File.ReadAllBytes(folder["a"]), header =>
        {
            StringAssert.Contains(header, decaying);
            return header.Replace(decaying, "[true,true]", StringComparison.Ordinal);
        }));
        StringAssert.Contains(
            Refused(other.Optimizer, folder["b"]),
            $"'{specs[excluded].Name}' decays, but that variable is excluded from weight decay.");
        other.Optimizer.LoadCheckpoint(folder["a"]);
    }

    [TestMethod]
    public void ATensorWhoseNameBeginsWithThatOfAnotherIsMissedToo()
    {
        using WornOptimizer saved = new(new LambOptions(), specs: [new("a", [2]), new("a.b", [2])]);
        using WornOptimizer other = new(new LambOptions(), specs: [new("a", [2]), new("a.b", [2])]);
        saved.Optimizer.SaveCheckpoint(folder["a"]);
        File.WriteAllBytes(folder["b"], SafetensorsFile.Forge(File.ReadAllBytes(folder["a"]), header =>
            header.Replace("weight/a.b", "weight/a.c", StringComparison.Ordinal)));
        string problem = Refused(other.Optimizer, folder["b"]);
        StringAssert.Contains(problem, "\"weight/a.b\" is missing in the file");
        StringAssert.Contains(problem, "\"weight/a.c\" is F32 [2] in the file, missing in this optimizer.");
    }

    [TestMethod]
    public void OneChoiceThatDiffersIsOneDifference()
    {
        var fixedRate = new LambOptions { LearningRate = 0.01 };
        LambOptions scheduled = fixedRate with { LearningRate = new CosineDecay(0.01, 5) };
        LambOptions scaled = fixedRate with { DynamicLossScale = new() };
        using WornOptimizer number = new(fixedRate), schedule = new(scheduled), loss = new(scaled);
        using var named = new WornOptimizer(fixedRate with { Name = "another" });
        number.Optimizer.SaveCheckpoint(folder["number"]);
        schedule.Optimizer.SaveCheckpoint(folder["schedule"]);
        named.Optimizer.LoadCheckpoint(folder["number"]);
        string problem = Refused(number.Optimizer, folder["schedule"]);
        StringAssert.Contains(problem, "\"configuration.learning_rate\" is \"CosineDecay\" … in the file, 0.01");
        Assert.AreEqual(1, Regex.Count(problem, "in the file"), problem);
        problem = Refused(schedule.Optimizer, folder["number"]);
        StringAssert.Contains(problem, "is 0.01 in the file, \"CosineDecay\" … in this optimizer.");
        Assert.AreEqual(1, Regex.Count(problem, "in the file"), problem);
        problem = Refused(loss.Optimizer, folder["number"]);
        StringAssert.Contains(problem, "\"dynamic_loss_scale.initial_scale\" is missing in the file, 32768");
        Assert.AreEqual(2, Regex.Count(problem, "in the file"), problem);
    }

    [TestMethod]
    public void AFileOfTheOtherFormatIsSaidToBeOne()
    {
        using var worn = new WornOptimizer();
        worn.Optimizer.SaveCheckpoint(folder["a"]);
        worn.Optimizer.SaveKerasState(folder["b"]);
        StringAssert.Contains(Refused(worn.Optimizer, folder["b"]), "Load a file of numpy with LoadKerasState.");
        string problem = Assert.ThrowsExactly<LambCheckpointException>(
            () => worn.Optimizer.LoadKerasState(folder["a"])).Message;
        StringAssert.Contains(problem, "Load a checkpoint with LoadCheckpoint");
    }

    [TestMethod]
    public void CodeIsAskedForAgain()
    {
        var options = new LambOptions { LearningRate = LambLearningRate.FromFunc(() => 0.1) };
        using WornOptimizer saved = new(options), same = new(options), number = new(new LambOptions());
        saved.Optimizer.SaveCheckpoint(folder["a"]);
        same.Optimizer.LoadCheckpoint(folder["a"]);
        StringAssert.Contains(
            Refused(number.Optimizer, folder["a"]),
            "\"configuration.learning_rate\" is \"function\" in the file, 0.001 in this optimizer.");
    }

    [TestMethod]
    public void AFileThatIsNoCheckpointIsAnError()
    {
        using var worn = new WornOptimizer();
        long[] before = worn.Bits();
        byte[][] wrong = [[], [1], new byte[8], new byte[1000], [.. "{\"a\":1}"u8, .. new byte[99]]];
        foreach (byte[] content in wrong)
        {
            File.WriteAllBytes(folder["a"], content);
            Refused(worn.Optimizer, folder["a"]);
        }

        Assert.ThrowsExactly<FileNotFoundException>(() => worn.Optimizer.LoadCheckpoint(folder["none"]));
        Assert.ThrowsExactly<ArgumentException>(() => worn.Optimizer.LoadCheckpoint(""));
        Assert.ThrowsExactly<ArgumentNullException>(() => worn.Optimizer.SaveCheckpoint(null!));
        Assert.ThrowsExactly<IOException>(() => worn.Optimizer.SaveCheckpoint(folder["."]));
        CollectionAssert.AreEqual(before, worn.Bits());
        worn.Optimizer.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => worn.Optimizer.SaveCheckpoint(folder["a"]));
        Assert.ThrowsExactly<ObjectDisposedException>(() => worn.Optimizer.LoadCheckpoint(folder["a"]));
    }

    [TestMethod]
    public void AnOptimizerWhoseNameIsHalfASurrogatePairNeitherSavesNorLoads()
    {
        using WornOptimizer good = new(new LambOptions()), named = new(new LambOptions { Name = "\ud800" });
        good.Optimizer.SaveCheckpoint(folder["good"]);
        Assert.ThrowsExactly<NotSupportedException>(() => named.Optimizer.SaveCheckpoint(folder["half"]));
        Assert.ThrowsExactly<NotSupportedException>(() => named.Optimizer.LoadCheckpoint(folder["good"]));
        CollectionAssert.AreEqual(new[] { "good" }, folder.Files);
    }

    [TestMethod]
    public void ANameThatIsNotWholeUnicodeCannotBeSaved()
    {
        using var worn = new WornOptimizer(new LambOptions(), specs: [new("a\ud800", [1])]);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => worn.Optimizer.SaveCheckpoint(folder["a"])).Message,
            "must be whole Unicode");
        Assert.IsEmpty(folder.Files);
    }

    [TestMethod]
    public void ProgressGoesFromNothingToAllAndMayNotCallTheOptimizer()
    {
        using var worn = new WornOptimizer();
        var seen = new List<LambCheckpointProgress>();
        var options = new LambCheckpointOptions { Progress = new Told(seen.Add) };
        worn.Optimizer.SaveCheckpoint(folder["a"], options);
        AssertWhole(seen);
        seen.Clear();
        worn.Optimizer.LoadCheckpoint(folder["a"], options);
        AssertWhole(seen);
        var calls = new LambCheckpointOptions { Progress = new Told(_ => worn.Optimizer.Step()) };
        Assert.ThrowsExactly<InvalidOperationException>(() => worn.Optimizer.SaveCheckpoint(folder["b"], calls));
        CollectionAssert.AreEqual(new[] { "a" }, folder.Files);
        worn.Optimizer.Step();
    }

    private static void AssertWhole(List<LambCheckpointProgress> seen)
    {
        Assert.AreEqual(0, seen[0].BytesDone);
        Assert.AreEqual(seen[^1].BytesTotal, seen[^1].BytesDone);
        CollectionAssert.AreEqual(seen.OrderBy(told => told.BytesDone).ToArray(), seen.ToArray());
    }

    private static string Refused(LambOptimizer optimizer, string path)
    {
        string message = Assert.ThrowsExactly<LambCheckpointException>(() => optimizer.LoadCheckpoint(path)).Message;
        Assert.IsTrue(message.StartsWith($"\"{path}\": ") && message.EndsWith(" Nothing was loaded."), message);
        return message;
    }
}
