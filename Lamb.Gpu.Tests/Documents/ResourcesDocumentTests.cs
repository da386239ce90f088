using System.Diagnostics;
using System.Reflection;
using Lamb.Gpu.Tests.Ptx;
using Lamb.Gpu.Tests.Rules;

namespace Lamb.Gpu.Tests.Documents;

/// <summary>What docs/ptx.md says that a kernel needs of a GPU is true.</summary>
[TestClass]
public class ResourcesDocumentTests
{
    [TestMethod]
    public void TheTableHasOneRowForEachKernelAndANumberForEachArchitecture()
    {
        var rows = ResourcesDocument.RowsOf(Repository.Read(ResourcesDocument.Path));
        CollectionAssert.AreEqual(
            ShippedKernel.All.Select(kernel => kernel.Name).ToArray(), rows.Select(row => row.Kernel).ToArray());
        foreach ((string kernel, string[][] columns) in rows)
        {
            Assert.HasCount(4, columns, kernel);
            foreach (string[] column in columns)
            {
                Assert.HasCount(Architecture.All.Count, column, kernel);
                Assert.IsTrue(column.All(cell => int.TryParse(cell, out _)), kernel);
            }
        }
    }

    [TestMethod]
    public void TheTableIsWhatTheAssemblerSays()
    {
        var assembler = Assembler.Find();
        if (typeof(LambOptimizer).Assembly.GetCustomAttribute<DebuggableAttribute>()?.IsJITOptimizerDisabled == true)
        {
            Assert.Inconclusive("The table is that of a release build: dotnet test -c Release.");
        }

        string text = Repository.Read(ResourcesDocument.Path);
        if (Environment.GetEnvironmentVariable(DocumentTests.UpdateSwitch) == "1")
        {
            text = ResourcesDocument.Render(text, assembler);
            File.WriteAllText(Path.Combine(Repository.Root, ResourcesDocument.Path), text);
        }

        if (ResourcesDocument.VersionOf(text) != assembler.Version)
        {
            Assert.Inconclusive(
                $"The table was made with ptxas {ResourcesDocument.VersionOf(text)}, this is {assembler.Version}.");
        }

        Assert.AreEqual(
            ResourcesDocument.Render(text, assembler),
            text,
            $"{ResourcesDocument.Path} is out of date; {DocumentTests.UpdateSwitch}=1 eng/ptxas/run dotnet test -c "
            + "Release rewrites it.");
    }
}
