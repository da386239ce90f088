using System.Text.RegularExpressions;
using Lamb.Gpu.Bench.Kernels;
using Lamb.Gpu.Tests.Rules;

namespace Lamb.Gpu.Tests.Documents;

/// <summary>What the documents say of the code is true.</summary>
[TestClass]
public partial class DocumentTests
{
    internal const string UpdateSwitch = "LAMB_UPDATE_DOCS";

    [TestMethod]
    public void TheRenderedBlocksOfKernelsMdAreTrue()
    {
        string text = Repository.Read("kernels.md");
        string rendered = KernelsDocument.Render(text);
        if (Environment.GetEnvironmentVariable(UpdateSwitch) == "1")
        {
            File.WriteAllText(Path.Combine(Repository.Root, "kernels.md"), rendered);
        }

        Assert.AreEqual(rendered, text, $"kernels.md is out of date; {UpdateSwitch}=1 dotnet test rewrites it.");
    }

    [TestMethod]
    public void EveryKernelHasItsSectionItsTestsAndItsBenchmark()
    {
        string document = Repository.Read("kernels.md");
        string[] names = [.. KernelsDocument.Kernels.Select(KernelsDocument.NameOf)];
        Assert.IsGreaterThanOrEqualTo(3, names.Length);
        foreach (string name in names)
        {
            string stage = name[..^"Kernel".Length];
            StringAssert.Contains(document, $"<!-- rendered: {name} -->");
            CollectionAssert.Contains(
                Repository.Sources("Lamb.Gpu.Tests").ToArray(), $"Lamb.Gpu.Tests/Kernels/{name}Tests.cs");
            CollectionAssert.Contains(KernelBenchmark.Kernels.ToArray(), stage, "the benchmarks of kernels");
        }
    }

    [TestMethod]
    [DataRow("README.md", 1, "// quick start")]
    [DataRow("docs/devices.md", 1, "// with your own buffers")]
    [DataRow("docs/devices.md", 2, "// memory you own")]
    [DataRow("docs/devices.md", 3, "// in ranges")]
    [DataRow("docs/data-types.md", 1, "// 16-bit")]
    public void TheCodeOfTheDocumentsIsTheCodeThatIsTested(string document, int place, string mark)
    {
        string block = Repository.Read(document).Split("```csharp\n")[place].Split("```")[0];
        string[] source = [.. Repository.Read("Lamb.Gpu.Tests/Documents/QuickStart.cs").Split('\n')];
        int begin = Array.FindIndex(source, line => line.Contains(mark, StringComparison.Ordinal));
        int end = Array.FindIndex(source, begin, line => line.Contains("// end", StringComparison.Ordinal));
        IEnumerable<string> code = source[(begin + 1)..end].Select(line => line.Length > 8 ? line[8..] : line.Trim());
        string usings = document == "README.md" ? "using ILGPU;\nusing ILGPU.Runtime;\nusing Lamb.Gpu;\n\n" : "";
        Assert.AreEqual(usings + string.Join('\n', code) + "\n", block);
    }

    [TestMethod]
    public void EveryLinkOfADocumentLeadsToAFile()
    {
        string[] documents =
        [
            .. Directory.EnumerateFiles(Repository.Root, "*.md"),
            .. Directory.EnumerateFiles(
                Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories),
        ];
        string[] broken =
        [
            .. from document in documents
               from Match link in Link().Matches(File.ReadAllText(document))
               let target = Path.Combine(Path.GetDirectoryName(document)!, link.Groups["path"].Value)
               where !File.Exists(target) && !Directory.Exists(target)
               select $"{Path.GetFileName(document)}: {link.Value}",
        ];
        Assert.IsGreaterThan(10, documents.Length);
        Assert.AreEqual("", string.Join('\n', broken));
    }

    [TestMethod]
    public void AStepWritesMemoryOfTheCaller()
    {
        foreach (float weight in QuickStart.RunOnMemoryOfTheCaller())
        {
            Assert.AreEqual(-0.1f, weight, 1e-6f);
        }
    }

    [TestMethod]
    public void AKernelInRangesReachesEveryElement()
    {
        foreach (float gradient in QuickStart.RunInRanges())
        {
            Assert.AreEqual(-2f, gradient);
        }
    }

    [TestMethod]
    public void TheSecondExampleLearns()
    {
        foreach (float weight in QuickStart.RunWithEverything())
        {
            Assert.AreEqual(3f, weight, 0.5f);
        }
    }

    [TestMethod]
    public void AStepTooSmallForBFloat16MovesTheMasterCopies()
    {
        foreach (float master in QuickStart.RunInBFloat16())
        {
            Assert.AreEqual(1 - 1e-4f, master, 1e-6f);
        }
    }

    [TestMethod]
    public void TheQuickStartLearns()
    {
        float[] weights = QuickStart.Run();
        foreach (float weight in weights)
        {
            Assert.AreEqual(3f, weight, 0.1f);
        }
    }

    // Of this repository: a path, perhaps with a heading behind it.
    [GeneratedRegex(@"\]\((?!\w+:)(?<path>[^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex Link();
}
