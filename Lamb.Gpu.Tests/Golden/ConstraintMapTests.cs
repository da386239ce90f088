using System.Text.Json;
using Lamb.Gpu.Golden;

namespace Lamb.Gpu.Tests.Golden;

/// <summary>Every constraint of Keras is read.</summary>
[TestClass]
public class ConstraintMapTests
{
    public static IEnumerable<object[]> Configs =>
    [
        ["""{"class_name":"NonNeg","config":{}}""", new NonNegativeConstraint()],
        ["""{"class_name":"MaxNorm","config":{"max_value":0.9,"axis":0}}""", new MaxNormConstraint(0.9, 0)],
        ["""{"class_name":"UnitNorm","config":{"axis":[0,1]}}""", new UnitNormConstraint(0, 1)],
        [
            """{"class_name":"MinMaxNorm","config":{"min_value":0.5,"max_value":2.0,"rate":0.5,"axis":-1}}""",
            new MinMaxNormConstraint(0.5, 2, 0.5, -1),
        ],
    ];

    [TestMethod]
    [DynamicData(nameof(Configs))]
    public void TheConfigOfKerasMakesTheConstraint(string config, LambConstraint expected) =>
        Assert.AreEqual(expected, ConstraintMap.Of(JsonDocument.Parse(config).RootElement));

    [TestMethod]
    public void NothingMakesNone()
    {
        Assert.IsNull(ConstraintMap.Of(null));
        Assert.IsNull(ConstraintMap.Of(JsonDocument.Parse("null").RootElement));
    }
}
