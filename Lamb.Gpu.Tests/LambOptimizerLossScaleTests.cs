using Lamb.Gpu.Configuration;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Kernels;

namespace Lamb.Gpu.Tests;

/// <summary>A loss scale that adapts stays where float32 can divide by it, and says when it is stuck.</summary>
[TestClass]
public class LambOptimizerLossScaleTests
{
    private const float Bad = float.NaN;
    private static readonly double Least = Math.ScaleB(1, -126), Greatest = Math.ScaleB(1, 126);

    public static IEnumerable<object[]> Rows => TestDevice.Rows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AGoodGradientAfterManyBadOnesMovesWeightsByIt(string row)
    {
        // The scale stops at its least: a gradient that is that small a multiple of 1 is 1 again.
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(1);
        variables[0].Weights.Write([1f]);
        using LambOptimizer optimizer = device.Optimizer(variables, Adapting(32768, 2000) with { Beta1 = 0 });
        for (int call = 0; call < 150; call++)
        {
            optimizer.StepWith(variables, [call % 2 == 0 ? Bad : float.NegativeInfinity]);
        }

        Assert.AreEqual(new LambLossScale((float)Least, 0), optimizer.ReadLossScale());
        Assert.AreEqual(150, optimizer.SkippedInARow);
        optimizer.StepWith(variables, [(float)Least]);
        Assert.AreEqual(1f, optimizer.FirstMoment(variables[0]).Read(device.Accelerator)[0]);
        Assert.AreEqual(0.999f, variables[0].Weights.Read(device.Accelerator)[0], 1e-6f);
        Assert.AreEqual(0, optimizer.SkippedInARow);
        Assert.AreEqual(1, optimizer.RawIterations);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ItStopsGrowingAndFallingAtItsLimits(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(1);
        using LambOptimizer free = device.Optimizer(variables, Adapting(Greatest / 3, 1) with { Beta1 = 0 });
        double[] free3 = [Greatest / 3 * 2, Greatest, Greatest];
        foreach (double scale in free3)
        {
            free.StepWith(variables, [1f]);
            Assert.AreEqual(new LambLossScale((float)scale, 0), free.ReadLossScale());
        }

        free.StepWith(variables, [(float)Greatest]);
        Assert.AreEqual(1f, free.FirstMoment(variables[0]).Read(device.Accelerator)[0], "the greatest divides exactly");

        using LambOptimizer narrow = device.Optimizer(variables, new LambOptions
        {
            DynamicLossScale = new() { InitialScale = 8, DynamicGrowthSteps = 1, MinScale = 3, MaxScale = 12 },
        });
        (float Given, float Scale)[] calls = [(1, 12), (1, 12), (Bad, 6), (Bad, 3), (Bad, 3), (1, 6), (1, 12)];
        foreach ((float given, float scale) in calls)
        {
            narrow.StepWith(variables, [given]);
            Assert.AreEqual(new LambLossScale(scale, 0), narrow.ReadLossScale());
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void WhatIsWrittenToTheViewChangesNothing(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(1);
        using LambOptimizer optimizer = device.Optimizer(variables, Adapting(8, 2) with { Beta1 = 0 });
        optimizer.LossScale.Write([float.NaN]);
        Assert.AreEqual(8f, optimizer.ReadLossScale().Scale);
        optimizer.StepWith(variables, [8f]);
        Assert.AreEqual(1f, optimizer.FirstMoment(variables[0]).Read(device.Accelerator)[0]);
        Assert.AreEqual(8f, optimizer.LossScale.Read(device.Accelerator)[0], "and the next step writes it");
        optimizer.StepWith(variables, [8f]);
        Assert.AreEqual(16f, optimizer.LossScale.Read(device.Accelerator)[0]);

        using LambOptimizer fixedOne = device.Optimizer(variables, new() { LossScaleFactor = 4, Beta1 = 0 });
        fixedOne.LossScale.Write([0]);
        fixedOne.StepWith(variables, [8f]);
        Assert.AreEqual(2f, fixedOne.FirstMoment(variables[0]).Read(device.Accelerator)[0]);
        Assert.AreEqual(4f, fixedOne.ReadLossScale().Scale);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AScaleThatIsSetIsTheOneOfTheNextStep(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(1);
        using LambOptimizer optimizer = device.Optimizer(variables, Adapting(8, 2) with { Beta1 = 0 });
        optimizer.StepWith(variables, [8f]);
        optimizer.StepWith(variables, [Bad]);
        optimizer.SetLossScale(2);
        Assert.AreEqual(new LambLossScale(2, 0), optimizer.ReadLossScale());
        Assert.AreEqual(2f, optimizer.LossScale.Read(device.Accelerator)[0]);
        Assert.AreEqual(0, optimizer.SkippedInARow);
        optimizer.StepWith(variables, [8f]);
        Assert.AreEqual(4f, optimizer.FirstMoment(variables[0]).Read(device.Accelerator)[0]);
        Assert.AreEqual(new LambLossScale(2, 1), optimizer.ReadLossScale());
        Assert.AreEqual(2, optimizer.RawIterations);
    }

    [TestMethod]
    public void AScaleThatCannotBeIsRefused()
    {
        using LambVariables variables = TestDevice.Cpu.Allocate(1);
        using LambOptimizer adapting = TestDevice.Cpu.Optimizer(variables, Adapting(8, 2));
        double[] wrong = [0, -1, double.NaN, double.PositiveInfinity, 1e-39, 1e38];
        foreach (double scale in wrong)
        {
            var refused = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => adapting.SetLossScale(scale));
            Assert.Contains("MinScale to MaxScale, 1.1754943508222875E-38 to 8.5070591", refused.Message);
            Assert.ThrowsExactly<ArgumentException>(() => TestDevice.Cpu.Optimizer(variables, Adapting(scale, 2)));
            IReadOnlyList<LambStateValue> saved = [.. adapting.SaveState().Select(value =>
                value.Name == "dynamic_scale" ? value with { Values = [scale] } : value)];
            Assert.ThrowsExactly<ArgumentException>(() => adapting.LoadState(saved));
        }

        Assert.AreEqual(new LambLossScale(8, 0), adapting.ReadLossScale());
        using LambOptimizer plain = TestDevice.Cpu.Optimizer(variables, new() { LossScaleFactor = 8 });
        Assert.ThrowsExactly<InvalidOperationException>(() => plain.SetLossScale(4));
        LambDynamicLossScale[] crossed =
            [new() { MinScale = 2, MaxScale = 1, InitialScale = 1 }, new() { MinScale = 65536 }];
        foreach (LambDynamicLossScale limits in crossed)
        {
            Assert.ThrowsExactly<ArgumentException>(
                () => TestDevice.Cpu.Optimizer(variables, new() { DynamicLossScale = limits }), $"{limits}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ACounterThatWasLoadedAboveTheGrowthStepsLetsTheScaleGrow(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(1);
        using LambOptimizer optimizer = device.Optimizer(variables, Adapting(8, 3));
        foreach (int counter in new[] { 3, 1000, int.MaxValue - 1, int.MaxValue })
        {
            optimizer.LoadState([.. optimizer.SaveState().Select(value => value.Name switch
            {
                "step_counter" => value with { Values = [counter] },
                "dynamic_scale" => value with { Values = [8] },
                _ => value,
            })]);
            optimizer.StepWith(variables, [1f]);
            Assert.AreEqual(new LambLossScale(16, 0), optimizer.ReadLossScale(), $"{counter}");
        }
    }

    [TestMethod]
    public void SkippedStepsGoIntoACheckpoint()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using LambVariables variables = TestDevice.Cpu.Allocate(1);
        LambOptions options = new() { DynamicLossScale = new() { InitialScale = 8, MinScale = 4 } };
        using LambOptimizer optimizer = TestDevice.Cpu.Optimizer(variables, options);
        for (int call = 0; call < 3; call++)
        {
            optimizer.StepWith(variables, [Bad]);
        }

        try
        {
            optimizer.SaveCheckpoint(path);
            using LambOptimizer other = TestDevice.Cpu.Optimizer(variables, options);
            other.LoadCheckpoint(path);
            Assert.AreEqual(3, other.SkippedInARow);
            Assert.AreEqual(new LambLossScale(4, 0), other.ReadLossScale());
            using LambOptimizer wider = TestDevice.Cpu.Optimizer(variables, Adapting(8, 2000));
            Assert.Contains(
                "min_scale", Assert.ThrowsExactly<LambCheckpointException>(() => wider.LoadCheckpoint(path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void LimitsGoIntoTheConfigurationWhereTheyAreNotTheDefaults()
    {
        LambOptions options = new() { DynamicLossScale = new() { MinScale = 0.5, MaxScale = 65536 } };
        string json = options.ToJson();
        Assert.Contains("\"lamb_gpu\":{\"min_scale\":0.5,\"max_scale\":65536.0}", json);
        Assert.AreEqual(options, LambOptions.FromJson(json));
        Assert.DoesNotContain("lamb_gpu", new LambOptions { DynamicLossScale = new() }.ToJson());
    }

    private static LambOptions Adapting(double scale, int growth) => new()
    {
        DynamicLossScale = new LambDynamicLossScale { InitialScale = scale, DynamicGrowthSteps = growth },
    };
}
