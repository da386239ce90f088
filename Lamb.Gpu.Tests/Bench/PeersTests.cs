using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lamb.Gpu.Bench.Peers;

namespace Lamb.Gpu.Tests.Bench;

/// <summary>The verb <c>peers</c>: what it reads of the script, what it says where there is none, and a real
/// run.</summary>
[TestClass]
public sealed class PeersTests
{
    private const string Found = """{"found": {"numpy": "1", "torch": "2"}}""";

    // One weight of 3 and gradients of 1, without decay: the update is 1 and the ratio 3, each step a hundredth of w.
    private const string Case =
        """
        {"case": {"settings": {"rate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 0, "decay": 0},
        "tolerance": 1e-6, "shapes": [[1]], "weights": [[3.0]], "gradients": [[[1.0]], [[1.0]]],
        "expected": [[2.9403]]}}
        """;

    private const string Row =
        """
        {"name": "abacus", "version": "1.2", "device": "cpu", "threads": 1, "shape": "small", "parameters": 99400,
        "variables": 40, "milliseconds": 12.5, "fastest": 11.0, "slowest": 14.0, "cpuMilliseconds": 24.0,
        "nanosecondsPerParameter": 125.75, "sameUpdate": false, "maxError": 0.25, "variant": "coupled",
        "ownError": 1e-7, "note": "by hand"}
        """;

    private const string Missing = """{"missing": "sundial", "shape": null, "reason": "No module named 'sundial'"}""";

    /// <summary>A Python that has one peer, and hangs with the next.</summary>
    internal static FakePython Hanging() => new([Found, Line(Case), Line(Row)], hangs: true);

    [TestMethod]
    public void The_last_line_is_the_rows_of_the_script_after_ours()
    {
        ProgramRun run = RunWith([Found, "a library's chatter", Line(Case), Missing, Line(Row)], "--json");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        JsonElement[] rows = [.. run.Json.EnumerateArray()];
        Assert.HasCount(2, rows);
        Assert.AreEqual("Lamb.Gpu", rows[0].GetProperty("name").GetString());
        Assert.AreEqual(99_400, rows[0].GetProperty("parameters").GetInt64());
        Assert.IsTrue(rows[0].GetProperty("sameUpdate").GetBoolean());
        AssertTimes(rows[0]);
        Assert.IsTrue(JsonNode.DeepEquals(JsonNode.Parse(Row), JsonNode.Parse(rows[1].GetRawText())), run.Output);
        StringAssert.Contains(run.Output, "Without sundial: No module named 'sundial'");
        StringAssert.Contains(run.Output, "12.5");
        StringAssert.Contains(run.Output, "by hand");
    }

    [TestMethod]
    public void A_case_that_we_do_not_play_as_Keras_does_ends_with_1()
    {
        string wrong = Line(Case).Replace("2.9403", "2.9397", StringComparison.Ordinal);
        ProgramRun run = RunWith([Found, wrong, Line(Row)], "--json");
        Assert.AreEqual(1, run.ExitCode, run.Error);
        Assert.IsFalse(run.Json[0].GetProperty("sameUpdate").GetBoolean());
        Assert.AreEqual(0.0006 / 2.9397, run.Json[0].GetProperty("maxError").GetDouble(), 1e-6);
    }

    [TestMethod]
    public void An_error_that_is_no_number_is_read_and_written()
    {
        string wrong = Line(Row).Replace("0.25", "\"NaN\"", StringComparison.Ordinal);
        ProgramRun run = RunWith([Found, Line(Case), wrong], "--json");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.AreEqual("NaN", run.Json[1].GetProperty("maxError").GetString());
    }

    [TestMethod]
    public void A_Python_without_packages_ends_with_3_and_says_how_to_get_them()
    {
        AssertNothing(["has no package numpy"], """{"found": {}}""");
        AssertNothing(["has none of the packages torch, jax, keras"], """{"found": {"numpy": "1"}}""");
        AssertNothing(["is no Python"]);
        AssertNothing(["sundial: No module named 'sundial'", "nothing to compare with on small"], Found, Missing);
    }

    [TestMethod]
    public void A_Python_that_fails_ends_with_3_and_its_last_words()
    {
        using var python = new FakePython([], 1, "No module named torch");
        AssertNothing(Run(python.Command), "ended with code 1: No module named torch");
        AssertNothing(Run("/there/is/no/python"), "'/there/is/no/python' cannot be used");
    }

    [TestMethod]
    public void Wrong_arguments_end_with_2()
    {
        AssertUsage("there is no shape 'cube'", "--shape", "cube");
        AssertUsage("--threads must be a whole number from 1 to", "--threads", "0");
        AssertUsage("--device must be", "--device", "abacus");
    }

    [TestMethod]
    public void The_error_of_a_case_is_the_worst_of_its_variables_and_sees_NaN()
    {
        var played = new PeerCase(PeerSettings.Timed, 0, [], [], [], [[10, -20], [1]]);
        Assert.AreEqual(0.5, played.ErrorOf([[11, -21], [1.5f]]), 1e-12);
        Assert.AreEqual(0.1, played.ErrorOf([[12, -20], [1]]), 1e-12);
        Assert.AreEqual(double.NaN, played.ErrorOf([[float.NaN, -20], [1]]));
    }

    [TestMethod]
    [DataRow("3 1 2", 2)]
    [DataRow("4 1 3 100", 3.5)]
    public void A_median_is_the_middle(string times, double median)
    {
        double[] rounds = [.. times.Split(' ').Select(time => double.Parse(time, CultureInfo.InvariantCulture))];
        Assert.AreEqual(median, new StepTimes(rounds, [1]).Median);
        Assert.AreEqual(median, new StepTimes([1], rounds).CpuMedian);
    }

    [TestMethod]
    public void The_plain_loop_of_PyTorch_computes_our_update()
    {
        ProgramRun run = ProgramRun.Of("peers", "--shape", "small", "--device", "cpu", "--threads", "1", "--json");
        if (run.ExitCode == 3)
        {
            Assert.Inconclusive(run.Error);
        }

        Assert.AreEqual(0, run.ExitCode, run.Error);
        JsonElement[] rows = [.. run.Json.EnumerateArray()];
        if (rows.All(row => row.GetProperty("name").GetString() != "torch loop"))
        {
            Assert.Inconclusive($"This Python has no PyTorch. {run.Output}");
        }

        foreach (string same in (string[])["Lamb.Gpu", "torch loop", "torch foreach"])
        {
            JsonElement row = rows.Single(row => row.GetProperty("name").GetString() == same);
            Assert.IsTrue(row.GetProperty("sameUpdate").GetBoolean(), row.GetRawText());
            AssertTimes(row);
        }

        JsonElement other = rows.Single(row => row.GetProperty("name").GetString() == "torch AdamW");
        Assert.IsFalse(other.GetProperty("sameUpdate").GetBoolean(), "the case tells LAMB from Adam");
        Assert.IsLessThan(1e-5, other.GetProperty("ownError").GetDouble(), "and knows what Adam is");
    }

    private static ProgramRun RunWith(IEnumerable<string> output, params string[] more)
    {
        using var python = new FakePython(output);
        return Run(python.Command, more);
    }

    private static ProgramRun Run(string python, params string[] more) => ProgramRun.Of(
        ["peers", "--shape", "small", "--device", "cpu", "--threads", "1", "--python", python, .. more]);

    private static string Line(string json) => json.ReplaceLineEndings("");

    private static void AssertNothing(string[] reasons, params string[] output)
    {
        using var python = new FakePython(output);
        AssertNothing(Run(python.Command), reasons);
    }

    private static void AssertNothing(ProgramRun run, params string[] reasons)
    {
        Assert.AreEqual(3, run.ExitCode, run.Output);
        foreach (string reason in reasons.Append("apt install python3-torch"))
        {
            StringAssert.Contains(run.Error, reason);
        }
    }

    private static void AssertUsage(string complaint, params string[] arguments)
    {
        ProgramRun run = ProgramRun.Of(["peers", .. arguments]);
        Assert.AreEqual(2, run.ExitCode, run.Output);
        StringAssert.Contains(run.Error, complaint);
    }

    private static void AssertTimes(JsonElement row)
    {
        double median = row.GetProperty("milliseconds").GetDouble();
        Assert.IsGreaterThan(0, row.GetProperty("fastest").GetDouble());
        Assert.IsGreaterThan(0, row.GetProperty("cpuMilliseconds").GetDouble());
        Assert.IsLessThanOrEqualTo(median, row.GetProperty("fastest").GetDouble());
        Assert.IsGreaterThanOrEqualTo(median, row.GetProperty("slowest").GetDouble());
        Assert.AreEqual(
            median * 1e6 / row.GetProperty("parameters").GetInt64(),
            row.GetProperty("nanosecondsPerParameter").GetDouble(),
            1e-9 * median);
    }
}
