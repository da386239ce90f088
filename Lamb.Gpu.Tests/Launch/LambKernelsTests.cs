using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Laws;

namespace Lamb.Gpu.Tests.Launch;

/// <summary>How many kernels a step launches.</summary>
[TestClass]
public class LambKernelsTests
{
    public static IEnumerable<object[]> Rows => TestDevice.Rows;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AStepIsAsManyLaunchesForOneVariableAsForAThousand(string row)
    {
        TestDevice device = TestDevice.Open(row);
        foreach (int count in new[] { 1, 1000 })
        {
            using LambVariables variables = device.Allocate([.. Enumerable.Repeat(10L, count)]);
            long launches = LaunchesOfOneStep(device, variables);
            TestContext.WriteLine($"{row}: {count} variables in an arena, {launches} launches a step");
            Assert.AreEqual(device.LaunchesOfAnUpdate, launches);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ScatteredBuffersTakeNoMoreLaunchesWhereAnOffsetReachesThem(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using var scattered = new ScatteredVariables(device.Accelerator, [.. Enumerable.Repeat(10L, 20)], 0);
        long expected = device.Tuning.ReachesEveryBuffer ? device.LaunchesOfAnUpdate : 20 + 1 + 20;
        Assert.AreEqual(expected, LaunchesOfOneStep(device, scattered.Variables));
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void VariablesWithoutElementsLaunchNoStreamingKernel(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(0, 0);
        Assert.AreEqual(1, LaunchesOfOneStep(device, variables));
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void EachKindOfStorageTakesTheStreamingStagesOnceMore(string row)
    {
        TestDevice device = TestDevice.Open(row);
        LambVariableSpec[] specs =
        [
            new("a", [10]), new("b", [10]) { WeightDataType = LambDataType.BFloat16 }, new("c", [10]),
            new("d", [10]) { GradientDataType = LambDataType.BFloat16 },
        ];
        using LambVariables two = LambVariables.Allocate(device.Accelerator, specs[..3]);
        using LambVariables three = LambVariables.Allocate(device.Accelerator, specs);
        var clipped = new LambOptions { GlobalClipNorm = 1 };
        Assert.AreEqual(2 + 1 + 2, LaunchesOfOneStep(device, two));
        Assert.AreEqual(3 + 1 + 3, LaunchesOfOneStep(device, three));
        Assert.AreEqual(2 + 1 + 2 + 1 + 2, LaunchesOfOneStep(device, two, clipped));
    }

    private static long LaunchesOfOneStep(TestDevice device, LambVariables variables, LambOptions? options = null)
    {
        using LambOptimizer optimizer = device.Optimizer(variables, options);
        optimizer.Step();
        long before = optimizer.Launches;
        optimizer.Step();
        return optimizer.Launches - before;
    }
}
