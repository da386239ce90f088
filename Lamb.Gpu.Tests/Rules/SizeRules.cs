namespace Lamb.Gpu.Tests.Rules;

/// <summary>Nothing grows beyond what a reader takes in at once.</summary>
[TestClass]
public class SizeRules
{
    private static IEnumerable<string> AllSources =>
        Repository.Projects.SelectMany(Repository.Sources);

    [TestMethod]
    public void NoFileIsLongerThan300Lines() => AssertNone(AllSources
        .Select(path => (path, lines: Lines(path).Length))
        .Where(file => file.lines > 300)
        .Select(file => $"{file.path} has {file.lines} lines"));

    [TestMethod]
    public void NoKernelFileIsLongerThan80Lines() => AssertNone(Repository.Sources("Lamb.Gpu")
        .Where(path => path.EndsWith("Kernel.cs", StringComparison.Ordinal))
        .Select(path => (path, lines: Lines(path).Length))
        .Where(file => file.lines > 80)
        .Select(file => $"{file.path} has {file.lines} lines"));

    [TestMethod]
    public void NoLineIsLongerThan120Characters() => AssertNone(
        from path in AllSources
        from line in Lines(path).Select((text, index) => (text, number: index + 1))
        where line.text.Length > 120
        select $"{path}:{line.number} has {line.text.Length} characters");

    [TestMethod]
    public void TheMedianFileOfTheLibraryIsShort()
    {
        int[] lengths = [.. Repository.Sources("Lamb.Gpu").Select(path => Lines(path).Length).Order()];
        Assert.IsLessThanOrEqualTo(60, lengths[lengths.Length / 2]);
    }

    [TestMethod]
    public void AFileHasOnePublicType() => AssertNone(
        from path in Repository.Sources("Lamb.Gpu")
        let types = Lines(path).Count(line => line.StartsWith("public ", StringComparison.Ordinal))
        where types > 1
        select $"{path} declares {types} public types");

    private static string[] Lines(string path) => Repository.Read(path).TrimEnd('\n').Split('\n');

    private static void AssertNone(IEnumerable<string> found)
    {
        string[] all = [.. found];
        Assert.IsEmpty(all, string.Join(Environment.NewLine, all));
    }
}
