namespace Lamb.Gpu.Tests.Bench;

/// <summary>What the program says to a command line that it cannot run, wherever it is called.</summary>
[TestClass]
public class CommandLineTests
{
    private const string Verbs = "train, accuracy, devices, kernels, roofline, peers, checkpoint, soak.";

    // Comma for point and point for comma, and an alphabet in which i has no dot.
    private static readonly string[] Cultures = ["de_DE.UTF-8", "tr_TR.UTF-8", "fa_IR.UTF-8"];

    [TestMethod]
    [DataRow("There is no command 'bogus'.", "bogus")]
    [DataRow("There is no command 'Train'.", "Train", "--steps", "1")]
    [DataRow("There is no command 'bogus'.", "--json", "bogus")]
    [DataRow("Name a command.")]
    [DataRow("Name a command.", "--json")]
    public void AVerbThatIsNotThereIsNamedBesideThoseThatAre(string problem, params string[] arguments)
    {
        ProgramRun run = ProgramRun.Of(arguments);
        Assert.AreEqual(2, run.ExitCode);
        StringAssert.StartsWith(run.Error, $"Error: {problem} There are: {Verbs}");
        Assert.AreEqual("", run.Output);
    }

    [TestMethod]
    [DataRow("--seconds must be a number such as 0.5, from 0 to 3600, was '0,5'.", "roofline", "--seconds", "0,5")]
    [DataRow("--seconds must be a number such as 0.5, from 0 to 3600, was '1,5e3'.", "roofline", "--seconds", "1,5e3")]
    [DataRow("--seconds must be a number such as 0.5, from 0 to 3600, was 'NaN'.", "roofline", "--seconds", "NaN")]
    [DataRow("--bytes must be a whole number of 1 or more, was '1e9'.", "checkpoint", "--bytes", "1e9")]
    [DataRow("--rounds must be a whole number of 1 or more, was '9999999999'.", "checkpoint", "--rounds", "9999999999")]
    [DataRow("--steps must be a whole number from 1 to 10000000, was '1,000'.", "train", "--steps", "1,000")]
    [DataRow("--steps must be a whole number of 1 or more, was '1.000'.", "soak", "--steps", "1.000")]
    [DataRow("--threads must be a whole number from 1 to ", "peers", "--threads", "two")]
    public void ANumberIsTakenAsItIsWrittenOrRefused(string problem, params string[] arguments)
    {
        ProgramRun run = ProgramRun.Of(arguments);
        Assert.AreEqual(2, run.ExitCode, run.Output);
        StringAssert.StartsWith(run.Error, $"Error: {problem}");
        Assert.AreEqual("", run.Output, "nothing runs");
    }

    [TestMethod]
    public void TheCultureOfTheMachineChangesNothing()
    {
        string[] wrong = ["roofline", "--seconds", "3600.5"], devices = ["devices"];
        ProgramRun refused = BenchProcess.RunUnder([("LC_ALL", "C")], wrong);
        ProgramRun shown = BenchProcess.RunUnder([("LC_ALL", "C")], devices);
        foreach (string culture in Cultures)
        {
            Assert.AreEqual(refused, BenchProcess.RunUnder([("LC_ALL", culture)], wrong), culture);
            Assert.AreEqual(shown, BenchProcess.RunUnder([("LC_ALL", culture)], devices), culture);
        }
    }
}
