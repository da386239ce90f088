namespace Lamb.Gpu.Tests.Rules;

/// <summary>Nothing grows beyond what a reader takes in at once.</summary>
[TestClass]
public class SizeRules
{
    private static IEnumerable<string> AllSources =>
        new[] { "Lamb.Gpu", "Lamb.Gpu.Tests", "Lamb.Gpu.Bench" }.SelectMany(Repository.Sources);

    [TestMethod]
    public void NoFileIsLongerThan300Lines() => AssertNone(AllSources
        .Select(path => (path, lines: Lines(path).Length))
        .Where(file => file.lines > 300)
        .Select(file => $"{file.path} has {file.lines} lines"));

    [TestMethod]
    public void NoKernelFileIsLongerThan120Lines() => AssertNone(Repository.Sources("Lamb.Gpu")
        .Where(path => path.EndsWith("Kernel.cs", StringComparison.Ordinal))
        .Select(path => (path, lines: Lines(path).Length))
        .Where(file => file.lines > 120)
        .Select(file => $"{file.path} has {file.lines} lines"));

    [TestMethod]
    public void NoLineIsLongerThan120Characters() => AssertNone(
        from path in AllSources
        from line in Lines(path).Select((text, index) => (text, number: index + 1))
        where line.text.Length > 120
        select $"{path}:{line.number} has {line.text.Length} characters");

    [TestMethod]
    public void TheLibraryHasFewFiles() =>
        Assert.IsLessThanOrEqualTo(130, Repository.Sources("Lamb.Gpu").Count());

    private static string[] Lines(string path) => Repository.Read(path).TrimEnd('\n').Split('\n');

    private static void AssertNone(IEnumerable<string> found)
    {
        string[] all = [.. found];
        Assert.IsEmpty(all, string.Join(Environment.NewLine, all));
    }
}
