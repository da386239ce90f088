using Lamb.Gpu.Sample;

namespace Lamb.Gpu.Tests.Sample;

/// <summary>When the verb <c>train</c> looks at the text that is held out.</summary>
[TestClass]
public class CurveStepsTests
{
    [TestMethod]
    [DataRow(100_000, "1 2 5 10 20 50 100 200 500 1000 2000 4000 6000")]
    [DataRow(1000, "1 2 5 10 20 40 60")]
    [DataRow(7, "1 2 3 4 5 6 7")]
    public void TheFirstOnesComeEarlyHoweverLongTheRunIs(int steps, string first)
    {
        int[] expected = [.. first.Split(' ').Select(int.Parse)];
        CollectionAssert.AreEqual(expected, Of(steps).Take(expected.Length).ToArray());
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(49)]
    [DataRow(99)]
    [DataRow(100)]
    [DataRow(4999)]
    [DataRow(123_457)]
    [DataRow(10_000_000)]
    public void TheFirstAndTheLastStepAreAmongFewerThan130(int steps)
    {
        int[] all = Of(steps);
        Assert.AreEqual(1, all[0]);
        Assert.AreEqual(steps, all[^1]);
        Assert.IsLessThan(130, all.Length);
    }

    private static int[] Of(int steps) => [.. Enumerable.Range(1, steps).Where(step => CurveSteps.Has(step, steps))];
}
