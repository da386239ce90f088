using Lamb.Gpu.Bench.Roofline;

namespace Lamb.Gpu.Tests.Bench;

/// <summary>The shapes of the models are theirs.</summary>
[TestClass]
public sealed class ModelShapesTests
{
    /// <remarks>
    /// The counts that the published weights have: bert-base-uncased and bert-large-uncased with their poolers, GPT-2,
    /// and ResNet-50 for ImageNet without the statistics of its normalizations, which are not trained.
    /// </remarks>
    [TestMethod]
    [DataRow("bert-base", 109_482_240, 199)]
    [DataRow("bert-large", 335_141_888, 391)]
    [DataRow("gpt2-small", 124_439_808, 148)]
    [DataRow("resnet-50", 25_557_032, 161)]
    [DataRow("mlp", 669_706, 6)]
    [DataRow("small", 99_400, 40)]
    [DataRow("vector-10m", 10_000_000, 1)]
    [DataRow("vector-64m", 64_000_000, 1)]
    [DataRow("tiny-20000", 10_000_000, 20_000)]
    public void ParametersAndVariablesAreThePublishedOnes(string name, long parameters, int variables)
    {
        ModelShape shape = ModelShapes.Find(name);
        Assert.AreEqual(parameters, shape.Parameters);
        Assert.HasCount(variables, shape.Variables);
    }

    [TestMethod]
    public void NamesOfVariablesAreTheirOwn()
    {
        foreach (ModelShape shape in ModelShapes.All)
        {
            CollectionAssert.AllItemsAreUnique(shape.Variables.Select(variable => variable.Name).ToArray());
        }
    }

    [TestMethod]
    public void AGrowingShapeKeepsWhatDoesNotGrow()
    {
        Assert.IsTrue(ModelShapes.GrowingParameters.All(shape => shape.Variables.Count == 1));
        Assert.IsTrue(ModelShapes.GrowingVariables.All(shape => shape.Parameters == 10_000_000));
        Assert.AreEqual(20_000, ModelShapes.GrowingVariables[^1].Variables.Count);
        Assert.AreEqual(500_000_000, ModelShapes.GrowingParameters[^1].Parameters);
    }
}
