using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>Which variables have a gradient may change in every step, at any place in the list.</summary>
[TestClass]
public class FlagsKernelTests
{
    private const int Count = 200;

    public static IEnumerable<object[]> Rows => TestDevice.KernelRows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AVariableMovesWhereItHasAGradientAndNowhereElse(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate([.. Enumerable.Repeat(2L, Count)]);
        variables.Fill(1);
        using LambOptimizer optimizer = device.Optimizer(variables);
        int[][] lists = [[], [0], [63], [64], [63, 64], [199], [], [.. Enumerable.Range(1, 199)], [5, 70, 130, 198]];
        foreach (int[] missing in lists)
        {
            float[] before = Firsts();
            optimizer.Step([.. missing.Select(i => variables[i])]);
            float[] after = Firsts();
            CollectionAssert.AreEqual(
                missing, Enumerable.Range(0, Count).Where(i => after[i] == before[i]).ToArray(), $"[{missing.Length}]");
        }

        float[] Firsts() => [.. variables.Select(variable => variable.Weights.Read(device.Accelerator)[0])];
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AChangedListCostsALaunchForEach64VariablesThatItConcerns(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate([.. Enumerable.Repeat(2L, Count)]);
        using LambOptimizer optimizer = device.Optimizer(variables);
        Assert.AreEqual(0, Extra([]), "all of them at first");
        Assert.AreEqual(1, Extra([3, 60]), "two of one block");
        Assert.AreEqual(0, Extra([60, 3]), "the same ones");
        Assert.AreEqual(2, Extra([64]), "two blocks: what is missing there, and no longer here");
        Assert.AreEqual(1, Extra([]), "all of them again");

        long Extra(int[] missing)
        {
            long before = optimizer.Launches;
            optimizer.Step([.. missing.Select(i => variables[i])]);
            return optimizer.Launches - before - device.LaunchesOfAnUpdate;
        }
    }
}
