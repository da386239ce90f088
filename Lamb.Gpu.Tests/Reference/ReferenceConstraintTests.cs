using System.Text.Json;

namespace Lamb.Gpu.Tests.Reference;

/// <summary>Constraints by hand: the trajectories have two of the four, and no axis but the first.</summary>
[TestClass]
public sealed class ReferenceConstraintTests
{
    private const double Epsilon = 1e-7;

    [TestMethod]
    public void NonNeg_keeps_what_is_not_a_number()
    {
        var variable = new ReferenceVariable("w", [2, 2], [-3, 2, double.NaN, double.PositiveInfinity]);
        Read("NonNeg", "{}").Apply(variable);
        double[] expected = [0, 2, double.NaN, double.PositiveInfinity];
        Assert.IsTrue(expected.SequenceEqual(variable.Weights));
    }

    [TestMethod]
    [DataRow("0", new[] { 0.6, 1, 0.8, 0 })]
    [DataRow("1", new[] { 0.6, 0.8, 1, 0 })]
    [DataRow("-1", new[] { 0.6, 0.8, 1, 0 })]
    public void UnitNorm_is_along_its_axis(string axis, double[] expected)
    {
        double[] weights = axis == "0" ? [3, 2, 4, 0] : [3, 4, 2, 0];
        AssertMakes(expected, Read("UnitNorm", $$"""{"axis":{{axis}}}"""), weights);
    }

    [TestMethod]
    public void UnitNorm_is_along_several_axes() =>
        AssertMakes([0.5, 0.5, 0.5, 0.5], Read("UnitNorm", """{"axis":[0,1]}"""), [2, 2, 2, 2]);

    [TestMethod]
    public void MaxNorm_shrinks_and_never_grows() => AssertMakes(
        [1.2, 1, 1.6, 0], Read("MaxNorm", """{"max_value":2,"axis":0}"""), [3, 1, 4, 0]);

    [TestMethod]
    public void MinMaxNorm_goes_a_share_of_the_way() => AssertMakes(
        [2.1, 0.75, 2.8, 0],
        Read("MinMaxNorm", """{"min_value":1,"max_value":2,"rate":0.5,"axis":0}"""),
        [3, 0.5, 4, 0]);

    /// <summary>Reads a constraint as a trajectory has it.</summary>
    internal static ReferenceConstraint Read(string className, string config)
    {
        using var document = JsonDocument.Parse($$"""{"class_name":"{{className}}","config":{{config}}}""");
        return ReferenceConstraint.Read(document.RootElement)!;
    }

    // ε shrinks a norm of 0.5 or more by at most 2ε of it.
    private static void AssertMakes(double[] expected, ReferenceConstraint constraint, double[] weights)
    {
        var variable = new ReferenceVariable("w", [2, 2], weights);
        constraint.Apply(variable);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], variable.Weights[i], 2 * Epsilon * Math.Max(1, Math.Abs(expected[i])));
        }
    }
}
