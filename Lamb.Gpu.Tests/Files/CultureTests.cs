using System.Globalization;
using Lamb.Gpu.Tests.Checkpoints;

namespace Lamb.Gpu.Tests.Files;

/// <summary>Files and errors are the same under every culture.</summary>
/// <remarks>The cultures are made here: a machine, and a process without globalization, may have none.</remarks>
[TestClass]
public sealed class CultureTests : IDisposable
{
    private static readonly Dictionary<string, Action<NumberFormatInfo>> Cultures = new()
    {
        ["German"] = numbers =>
        {
            numbers.NumberDecimalSeparator = ",";
            numbers.NumberGroupSeparator = ".";
            numbers.PositiveInfinitySymbol = "∞";
            numbers.NegativeInfinitySymbol = "-∞";
        },
        ["Persian"] = numbers =>
        {
            numbers.NumberDecimalSeparator = "٫";
            numbers.NegativeSign = "\u200e−";
            numbers.PositiveInfinitySymbol = "∞";
            numbers.NaNSymbol = "ناعدد";
        },
        ["Swedish"] = numbers =>
        {
            numbers.NumberDecimalSeparator = ",";
            numbers.NegativeSign = "−";
            numbers.PositiveSign = "±";
        },
    };

    private static readonly LambOptions Options = new()
    {
        LearningRate = new PolynomialDecay(-0.25, 100, 1e-7),
        Beta1 = LambBeta.FromFunc(() => 0.5),
        ClipValue = double.PositiveInfinity,
        WeightDecay = 0.125,
        UseEma = true,
        TrustRatioMax = 12.5,
        DynamicLossScale = new() { InitialScale = 0.5 },
    };

    private readonly TestFolder folder = new();

    public static IEnumerable<object[]> Names => Cultures.Keys.Select(name => new object[] { name });

    public void Dispose() => folder.Dispose();

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void FilesAreTheSame(string culture)
    {
        using var worn = new WornOptimizer(Options);
        using var other = new WornOptimizer(Options, steps: 1, seed: 9);
        worn.Optimizer.SaveCheckpoint(folder["a"]);
        worn.Optimizer.SaveKerasState(folder["a.npz"]);
        string json = (Options with { Beta1 = 0.5, ClipValue = 0.75 }).ToJson();
        Under(culture, () =>
        {
            worn.Optimizer.SaveCheckpoint(folder["b"]);
            worn.Optimizer.SaveKerasState(folder["b.npz"]);
            Assert.AreEqual(json, LambOptions.FromJson(json).ToJson());
            other.Optimizer.LoadKerasState(folder["a.npz"]);
            other.Optimizer.LoadCheckpoint(folder["a"]);
        });
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["a"]), File.ReadAllBytes(folder["b"]));
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["a.npz"]), File.ReadAllBytes(folder["b.npz"]));
        CollectionAssert.AreEqual(worn.Bits(), other.Bits());
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ErrorsAreTheSame(string culture)
    {
        using WornOptimizer worn = new(Options), other = new(Options with { WeightDecay = 0.25 });
        worn.Optimizer.SaveCheckpoint(folder["a"]);
        LambStateValue[] wrong = [.. worn.Optimizer.SaveState()];
        wrong[2] = wrong[2] with { Values = [-1.5] };
        wrong[3] = wrong[3] with { Values = [double.NegativeInfinity] };
        wrong[^1] = wrong[^1] with { Values = [-1e300] };
        Action[] refused =
        [
            () => other.Optimizer.LoadCheckpoint(folder["a"]),
            () => worn.Optimizer.LoadState(wrong),
            () => (Options with { Epsilon = -1.5, WeightDecay = double.NaN }).Validate(),
            () => LambOptions.FromJson("""{"beta_1":-1.5,"learning_rate":{"class_name":"CosineDecay","config":{}}}"""),
            () => _ = new CosineDecay(double.NegativeInfinity, -1.5),
            () => _ = new PiecewiseConstantDecay([1.5, -0.5], [double.NaN]),
        ];
        foreach (Action call in refused)
        {
            string invariant = Assert.Throws<Exception>(call).Message, found = "";
            Under(culture, () => found = Assert.Throws<Exception>(call).Message);
            Assert.AreEqual(invariant, found);
        }
    }

    // On a thread of its own, which takes the culture away with it.
    private static void Under(string culture, Action action)
    {
        var made = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        Cultures[culture](made.NumberFormat);
        Exception? thrown = null;
        var thread = new Thread(() =>
        {
            try
            {
                CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = made;
                Assert.AreNotEqual("-0.5", $"{-0.5}");
                action();
            }
            catch (Exception any)
            {
                thrown = any;
            }
        });
        thread.Start();
        thread.Join();
        if (thrown != null)
        {
            throw new AssertFailedException($"under {culture}: {thrown}", thrown);
        }
    }
}
