using System.Text.Json;
using System.Text.Json.Nodes;
using Lamb.Gpu.Golden;

namespace Lamb.Gpu.Tests.Bench;

/// <summary>The verb <c>accuracy</c>: what it prints, what it writes, how it ends.</summary>
[TestClass]
[TestCategory("Golden")]
public sealed class AccuracyTests
{
    // What two float32 results may be apart: some roundings of weights; of moments, more where gradients cancel.
    private const double WeightTolerance = 2e-6;
    private const double MomentTolerance = 1e-5;

    // The one in the middle is not comparable.
    private static readonly string[] Names = ["defaults", "nan_gradient", "save_load_lso"];

    [TestMethod]
    public void The_last_line_is_the_result()
    {
        using var golden = new GoldenCopy(Names);
        ProgramRun run = Run(golden, "--json");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        StringAssert.Contains(run.Output, "3 scenarios: 3 passed, 0 failed, 0 inconclusive.");
        Assert.AreEqual(3, Number(run.Json, "scenarios"));
        Assert.AreEqual(3, Number(run.Json, "passed"));
        Assert.AreEqual(0, Number(run.Json, "failed"));
        Assert.AreEqual(0, Number(run.Json, "inconclusive"));
        Assert.AreEqual(2, Number(run.Json, "comparable"));
        JsonElement[] rows = [.. run.Json.GetProperty("rows").EnumerateArray()];
        CollectionAssert.AreEquivalent(Names, rows.Select(row => row.GetProperty("name").GetString()).ToArray());
        Assert.AreEqual("nan_gradient", rows[^1].GetProperty("name").GetString());
        Assert.AreEqual(JsonValueKind.Null, rows[^1].GetProperty("ratio").ValueKind);
        Assert.IsTrue(rows.All(row => row.GetProperty("passed").GetBoolean()));
        double[] ratios = [.. rows.SkipLast(1).Select(row => row.GetProperty("ratio").GetDouble())];
        CollectionAssert.AreEqual(ratios.OrderDescending().ToArray(), ratios);
        Assert.AreEqual(ratios[0], run.Json.GetProperty("worstRatio").GetDouble());
        int closer = rows.SkipLast(1)
            .Count(row => row.GetProperty("ours").GetDouble() < row.GetProperty("keras").GetDouble());
        Assert.AreEqual(closer, Number(run.Json, "closerThanKeras"));
    }

    [TestMethod]
    public void The_ratio_has_the_rounding_of_the_last_place_on_both_sides()
    {
        using var golden = new GoldenCopy("defaults");
        JsonElement row = Run(golden, "--json").Json.GetProperty("rows")[0];
        double unit = Math.Pow(2, -24);
        double ours = row.GetProperty("ours").GetDouble() + unit;
        Assert.AreEqual(ours / (row.GetProperty("keras").GetDouble() + unit), row.GetProperty("ratio").GetDouble());
    }

    [TestMethod]
    [DataRow("defaults")]
    [DataRow("nan_gradient")]
    [DataRow("save_load_lso")]
    [DataRow("accumulation_2_ema")]
    [DataRow("missing_all_gradients")]
    public void The_dump_is_read_as_results_of_Keras_and_equal_to_them(string name)
    {
        using var golden = new GoldenCopy(name);
        Assert.AreEqual(0, Run(golden, "--dump", golden.Free).ExitCode);
        JsonNode file = JsonNode.Parse(File.ReadAllText(golden.PathOf(name)))!;
        file["float32"]!["results"] = JsonNode.Parse(File.ReadAllText(Path.Combine(golden.Free, $"{name}.json")));
        Trajectory keras = TrajectoryFile.Load(golden.PathOf(name));
        File.WriteAllText(golden.PathOf(name), file.ToJsonString());
        foreach (var (ours, theirs) in TrajectoryFile.Load(golden.PathOf(name)).Float32.Results
            .Zip(keras.Float32.Results))
        {
            AssertSame(theirs, ours);
        }
    }

    [TestMethod]
    [DataRow("defaults", "float32")]
    [DataRow("defaults", "float64")]
    [DataRow("nan_gradient", "float32")]
    public void A_falsified_trajectory_fails(string name, string run)
    {
        using var golden = new GoldenCopy(Names);
        JsonNode file = JsonNode.Parse(File.ReadAllText(golden.PathOf(name)))!;
        JsonNode weights = file[run]!["results"]![1]!["variables"]![0]!;
        weights[0] = weights[0]!.GetValue<double>() * 1.01;
        File.WriteAllText(golden.PathOf(name), file.ToJsonString());
        ProgramRun ended = Run(golden, "--json");
        Assert.AreEqual(1, ended.ExitCode);
        Assert.AreEqual(1, Number(ended.Json, "failed"));
        JsonElement failed = ended.Json.GetProperty("rows").EnumerateArray()
            .Single(row => !row.GetProperty("passed").GetBoolean());
        Assert.AreEqual(name, failed.GetProperty("name").GetString());
        StringAssert.Contains(failed.GetProperty("reason").GetString(), "kernel");
    }

    [TestMethod]
    public void A_file_that_is_no_trajectory_fails_and_the_others_are_played()
    {
        using var golden = new GoldenCopy(Names);
        File.WriteAllText(golden.PathOf("defaults"), "{");
        ProgramRun run = Run(golden, "--json");
        Assert.AreEqual(1, run.ExitCode);
        Assert.AreEqual(2, Number(run.Json, "passed"));
        StringAssert.Contains(run.Output, "is not a trajectory");
    }

    [TestMethod]
    public void Wrong_arguments_end_with_2_and_say_why()
    {
        using var golden = new GoldenCopy("defaults");
        using var empty = new GoldenCopy();
        AssertUsage("There is no folder", "accuracy", "--golden", golden.Free);
        AssertUsage("There are no trajectories", "accuracy", "--golden", empty.Folder);
        AssertUsage("--device must be", "accuracy", "--golden", golden.Folder, "--device", "abacus");
        AssertUsage("cannot be written", Arguments(golden, "--dump", golden.PathOf("defaults")));
        AssertUsage("holds the trajectories", Arguments(golden, "--dump", golden.Folder));
    }

    private static ProgramRun Run(GoldenCopy golden, params string[] more) =>
        ProgramRun.Of(Arguments(golden, more));

    private static string[] Arguments(GoldenCopy golden, params string[] more) =>
        ["accuracy", "--golden", golden.Folder, "--device", "cpu", .. more];

    private static void AssertUsage(string complaint, params string[] arguments)
    {
        ProgramRun run = ProgramRun.Of(arguments);
        Assert.AreEqual(2, run.ExitCode, run.Output);
        StringAssert.Contains(run.Error, complaint);
        Assert.AreEqual("", run.Output, "nothing runs");
    }

    private static void AssertSame(TrajectoryResult keras, TrajectoryResult ours)
    {
        Assert.AreEqual(keras.Error == null, ours.Error == null);
        Assert.AreEqual(NumbersOf(keras), NumbersOf(ours));
        Assert.AreEqual(keras.Saved?.Count, ours.Saved?.Count);
        AssertSame([[keras.LearningRate ?? 0]], [[ours.LearningRate ?? 0]], WeightTolerance);
        AssertSame(keras.Variables, ours.Variables, WeightTolerance);
        AssertSame(keras.State?.Average, ours.State?.Average, WeightTolerance);
        AssertSame(keras.State?.Accumulator, ours.State?.Accumulator, WeightTolerance);
        AssertSame(keras.State?.Momentum, ours.State?.Momentum, MomentTolerance);
        AssertSame(keras.State?.Velocity, ours.State?.Velocity, MomentTolerance);
    }

    private static TrajectoryResult NumbersOf(TrajectoryResult result) => result with
    {
        LearningRate = null,
        LearningRateCalls = null,
        Error = null,
        Saved = null,
        Variables = null,
        State = null,
    };

    private static void AssertSame(
        IReadOnlyList<double[]?>? keras, IReadOnlyList<double[]?>? ours, double tolerance)
    {
        // Keras records a tensor on some steps, the dump on all.
        for (int i = 0; i < (keras?.Count ?? 0); i++)
        {
            Assert.AreEqual(keras![i]?.Length, ours![i]?.Length);
            double bound = tolerance * (keras[i] ?? []).Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
            foreach (var (a, b) in (keras[i] ?? []).Zip(ours[i] ?? []))
            {
                Assert.IsTrue(a.Equals(b) || Math.Abs(a - b) <= bound, $"expected {a:r}; got {b:r}");
            }
        }
    }

    private static int Number(JsonElement json, string key) => json.GetProperty(key).GetInt32();
}
