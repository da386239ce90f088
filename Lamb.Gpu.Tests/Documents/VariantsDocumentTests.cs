using Lamb.Gpu.Tests.Rules;

namespace Lamb.Gpu.Tests.Documents;

/// <summary>What docs/variants.md says of the presets is what they are.</summary>
[TestClass]
public sealed class VariantsDocumentTests
{
    [TestMethod]
    public void TheTableIsThatOfThePresets()
    {
        string text = Repository.Read(VariantsDocument.Path);
        string rendered = VariantsDocument.Render(text);
        if (Environment.GetEnvironmentVariable(DocumentTests.UpdateSwitch) == "1")
        {
            File.WriteAllText(Path.Combine(Repository.Root, VariantsDocument.Path), rendered);
        }

        Assert.AreEqual(
            rendered,
            text,
            $"{VariantsDocument.Path} is out of date; {DocumentTests.UpdateSwitch}=1 dotnet test rewrites it.");
        foreach (LambVariant variant in Enum.GetValues<LambVariant>())
        {
            Assert.Contains($"| `{variant}` |", text);
        }
    }

    [TestMethod]
    public void EveryPresetButThatOfKerasHasASection() => CollectionAssert.AreEqual(
        Enum.GetNames<LambVariant>().Except([nameof(LambVariant.Keras)]).ToArray(),
        VariantsDocument.SectionsOf(Repository.Read(VariantsDocument.Path)).ToArray());
}
