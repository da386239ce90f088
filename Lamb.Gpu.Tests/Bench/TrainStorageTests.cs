using Lamb.Gpu.Sample;

namespace Lamb.Gpu.Tests.Bench;

/// <summary>The verb <c>train</c> with weights and gradients of 16 bits.</summary>
[TestClass]
public sealed class TrainStorageTests
{
    private static readonly TrainingText Text = new(new TextSource("chance", Words()), window: 4);

    // One for all trainings: kernels are compiled once.
    private static readonly Lazy<LambDevice> Device = new(() => LambDevice.Open(LambDeviceKind.Cpu));

    [ClassCleanup]
    public static void Close()
    {
        if (Device.IsValueCreated)
        {
            Device.Value.Dispose();
        }
    }

    [TestMethod]
    [DataRow(LambDataType.BFloat16, "Master")]
    [DataRow(LambDataType.BFloat16, "Stochastic")]
    [DataRow(LambDataType.Float16, "Master")]
    public void TheLossFallsAndTheRunRepeatedIsTheSame(LambDataType storage, string name)
    {
        var weights = Enum.Parse<HalfWeights>(name);
        TrainResult first = Train(storage, weights);
        double[] losses = [.. first.Curve.Select(point => point.TrainBits)];
        Assert.IsLessThan(0.8 * losses[0], losses[^1]);
        Assert.IsLessThan(first.Text.UnigramBits, first.HeldOutBits);
        TrainResult second = Train(storage, weights);
        CollectionAssert.AreEqual(losses, second.Curve.Select(point => point.TrainBits).ToArray());
        Assert.AreEqual(first.HeldOutBits, second.HeldOutBits);
        CollectionAssert.AreEqual(first.TrustRatios.ToArray(), second.TrustRatios.ToArray());
    }

    [TestMethod]
    public void EveryStorageAndRoundingGivesAnotherNetwork()
    {
        double[] bits =
        [
            Train(LambDataType.Float32, HalfWeights.Master, 20).HeldOutBits,
            Train(LambDataType.Float16, HalfWeights.Master, 20).HeldOutBits,
            .. Enum.GetValues<HalfWeights>().Select(weights => Train(LambDataType.BFloat16, weights, 20).HeldOutBits),
        ];
        Assert.HasCount(5, bits.Distinct().ToArray());
    }

    [TestMethod]
    public void ALossScaleThatIsTooLargeCostsStepsUntilItFits()
    {
        Assert.AreEqual(0, Train(LambDataType.Float16, HalfWeights.Master, 20).SkippedSteps);

        // Gradients of some tenths fit float16 below a scale of some 2¹⁸; a skipped step halves it.
        TrainResult result = Train(LambDataType.Float16, HalfWeights.Master, 60, Math.ScaleB(1, 40));
        Assert.IsGreaterThan(10, result.SkippedSteps);
        Assert.IsLessThan(40, result.SkippedSteps);
        Assert.IsLessThan(result.Curve[0].HeldOutBits, result.HeldOutBits);
    }

    [TestMethod]
    public void TableReportAndJsonNameTheStorage()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.txt");
        try
        {
            File.WriteAllText(path, Words());
            ProgramRun run = Run(
                "--text", path, "--storage", "BFloat16", "--weights", "stochastic", "--steps", "1", "--report", path);
            Assert.AreEqual(0, run.ExitCode, run.Error);
            const string model = "network, LAMB, bfloat16, stochastic";
            StringAssert.Contains(run.Output, model);
            StringAssert.Contains(File.ReadAllText(path), model);
            Assert.AreEqual("bfloat16", run.Json.GetProperty("storage").GetString());
            Assert.AreEqual("stochastic", run.Json.GetProperty("weights").GetString());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    [DataRow("--storage must be float32, bfloat16 or float16, was 'int8'.", "--storage", "int8")]
    [DataRow("--weights must be master, nearest or stochastic, was 'x'.", "--storage", "float16", "--weights", "x")]
    [DataRow("--weights is for 16 bits: add --storage bfloat16 or --storage float16.", "--weights", "nearest")]
    public void WrongArgumentsEndWith2AndSayWhy(string expected, params string[] arguments)
    {
        ProgramRun run = Run(arguments);
        Assert.AreEqual(2, run.ExitCode);
        StringAssert.Contains(run.Error, expected);
    }

    private static ProgramRun Run(params string[] arguments) =>
        ProgramRun.Of(["train", "--device", "cpu", "--json", .. arguments]);

    private static TrainResult Train(
        LambDataType storage, HalfWeights weights, int? steps = null, double lossScale = 32768)
    {
        var settings = new TrainSettings
        {
            Steps = steps ?? Thorough.Choose(50, 100),
            Batch = 64,
            LearningRate = 0.03,
            Window = 4,
            Embedding = 8,
            Hidden = 32,
            Storage = storage,
            Weights = weights,
            LossScale = lossScale,
        };
        using var trainer = new Trainer(Device.Value, Text, settings);
        return trainer.Run(_ => { }, CancellationToken.None);
    }

    private static string Words()
    {
        string[] words = ["weights ", "gradients ", "of ", "sixteen ", "bits ", "are ", "trained "];
        var random = new Random(1);
        return string.Concat(Enumerable.Range(0, 4000).Select(_ => words[random.Next(words.Length)]));
    }
}
