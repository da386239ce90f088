using Lamb.Gpu.Configuration;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Kernels;

namespace Lamb.Gpu.Tests;

/// <summary>An optimizer that alone writes the weights knows their norms, and forgets them when it must.</summary>
[TestClass]
public class LambOptimizerWeightsTests
{
    private static readonly LambOptions Exclusive = new()
    {
        LearningRate = 0.1,
        WeightDecay = 0.5,
        WeightAccess = LambWeightAccess.Exclusive,
    };

    private static TestDevice Device => TestDevice.Cpu;

    [TestMethod]
    public void DecayAndExclusionFromItAreThoseOfTheStepAtHand()
    {
        using LambVariables variables = Filled();
        using LambOptimizer optimizer = Device.Optimizer(variables, Exclusive);
        AssertNorms(variables, optimizer, () => optimizer.Step(), 0.95, 0.95, 1);
        optimizer.ExcludeFromWeightDecay([variables[0]]);
        AssertNorms(variables, optimizer, () => optimizer.Step(), 1, 0.95, 1);
        optimizer.LearningRate = 3;
        AssertNorms(variables, optimizer, () => optimizer.Step(), 1, 0.5, 1);
    }

    [TestMethod]
    public void AVariableWithoutAGradientKeepsItsNorm()
    {
        using LambVariables variables = Filled();
        using LambOptimizer optimizer = Device.Optimizer(variables, Exclusive);
        optimizer.Step([variables[1]]);
        AssertNorms(variables, optimizer, () => optimizer.Step(), 0.95, 0.95, 1);
        optimizer.Step([variables[0], variables[2]]);
        AssertNorms(variables, optimizer, () => optimizer.Step(), 0.95, 0.95, 1);
    }

    [TestMethod]
    public void AveragesThatOverwriteTheWeightsAreMeasured()
    {
        using LambVariables variables = Filled();
        LambOptions options = Exclusive with { UseEma = true, EmaMomentum = 0.5, EmaOverwriteFrequency = 2 };
        using LambOptimizer optimizer = Device.Optimizer(variables, options);
        for (int step = 1; step <= 5; step++)
        {
            AssertNorms(variables, optimizer, () => optimizer.Step(), 0.95, 0.95, 1);
        }

        // Of one that has no gradient too, and on a micro-step.
        optimizer.Step([variables[1]]);
        AssertNorms(variables, optimizer, () => optimizer.Step(), 0.95, 0.95, 1);
        using LambOptimizer window = Device.Optimizer(variables, options with { GradientAccumulationSteps = 2 });
        for (int update = 1; update <= 4; update++)
        {
            window.Step();
            AssertNorms(variables, window, () => window.Step(), 0.95, 0.95, 1);
        }
    }

    [TestMethod]
    public void WeightsThatSomebodyElseWroteAreMeasuredWhereTheOptimizerIsTold()
    {
        using LambVariables variables = Filled();
        using LambOptimizer optimizer = Device.Optimizer(variables, Exclusive);
        optimizer.Step();
        double before = Norm(variables[0]);
        variables.Fill(7);
        optimizer.Step();
        Assert.AreEqual(0.95 * before, optimizer.ReadTrustRatios()[0].WeightNorm, 1e-6 * before, "the old norm");
        variables.Fill(9);
        optimizer.NotifyWeightsChanged();
        AssertNorms(variables, optimizer, () => optimizer.Step(), 0.95, 0.95, 1);
    }

    [TestMethod]
    public void ALoadedStateComesWithOtherWeights()
    {
        using LambVariables variables = Filled();
        using LambOptimizer optimizer = Device.Optimizer(variables, Exclusive);
        IReadOnlyList<LambStateValue> saved = optimizer.SaveState();
        optimizer.Step();
        optimizer.LoadState(saved);
        variables.Fill(11);
        AssertNorms(variables, optimizer, () => optimizer.Step(), 0.95, 0.95, 1);
    }

    [TestMethod]
    public void AveragesThatAreWrittenAtTheEndAreMeasured()
    {
        using LambVariables variables = Filled();
        using LambOptimizer optimizer = Device.Optimizer(
            variables, Exclusive with { UseEma = true, EmaMomentum = 0.5 });
        optimizer.Step();
        optimizer.Step();
        optimizer.FinalizeVariableValues();
        AssertNorms(variables, optimizer, () => optimizer.Step(), 0.95, 0.95, 1);
    }

    [TestMethod]
    public void AFirstStepThatIsSkippedLeavesTheNormsKnown()
    {
        using LambVariables variables = Filled();
        using LambOptimizer optimizer = Device.Optimizer(
            variables, Exclusive with { DynamicLossScale = new() { InitialScale = 1 } });
        float[][] gradients = [.. variables.Select(variable => Values.Random(variable.Length, 3, 0.1f))];
        optimizer.StepWith(variables, [.. gradients[..2], [float.NaN, .. gradients[2][1..]]]);
        Assert.AreEqual(0, optimizer.Iterations);
        AssertNorms(variables, optimizer, () => optimizer.StepWith(variables, gradients), 0.95, 0.95, 1);
        AssertNorms(variables, optimizer, () => optimizer.StepWith(variables, gradients), 0.95, 0.95, 1);
    }

    [TestMethod]
    public void OnlyTheStepsThatMustReadTheWeightsMeasureThem()
    {
        using LambVariables variables = Filled();
        using LambOptimizer optimizer = Device.Optimizer(variables, Exclusive);
        using LambOptimizer isChecked = Device.Optimizer(
            variables, Exclusive with { WeightAccess = LambWeightAccess.ExclusiveChecked });
        CollectionAssert.AreEqual(new long[] { 2, 1, 1 }, Launches(optimizer, 3));
        optimizer.NotifyWeightsChanged();
        CollectionAssert.AreEqual(new long[] { 2, 1, 1 }, Launches(optimizer, 3));
        CollectionAssert.AreEqual(new long[] { 2, 2, 2 }, Launches(isChecked, 3));
    }

    [TestMethod]
    public void ABrokenPromiseIsNamedWhereItIsChecked()
    {
        using LambVariables variables = Filled();
        using LambOptimizer optimizer = Device.Optimizer(
            variables, Exclusive with { WeightAccess = LambWeightAccess.ExclusiveChecked });
        optimizer.Step();
        double known = Norm(variables[1]);
        variables[1].Weights.Write([3, 4]);
        int[] before = [.. variables.SelectMany(variable => variable.Weights.Read(Device.Accelerator).Bits())];
        for (int time = 0; time < 2; time++)
        {
            var error = Assert.ThrowsExactly<InvalidOperationException>(optimizer.Step);
            Assert.AreEqual(
                $"The weights of 'v1' must have the norm that the last step left, {known:g5}; it is 5. Other "
                + "code has written them: call NotifyWeightsChanged() after writing weights, "
                + "or create the optimizer with WeightAccess = "
                + "Shared. Nothing was changed.",
                error.Message);
            Assert.AreEqual(1, optimizer.Iterations);
            CollectionAssert.AreEqual(
                before, variables.SelectMany(variable => variable.Weights.Read(Device.Accelerator).Bits()).ToArray());
        }

        optimizer.NotifyWeightsChanged();
        AssertNorms(variables, optimizer, () => optimizer.Step(), 0.95, 0.95, 1);
    }

    [TestMethod]
    [DataRow(0f)]
    [DataRow(float.NaN)]
    [DataRow(1e30f)]
    public void WeightsOfANormThatIsNoneAreNotTakenForChanged(float weight)
    {
        using LambVariables variables = Filled();
        variables[1].Weights.Write([weight, weight]);
        using LambOptimizer optimizer = Device.Optimizer(
            variables, Exclusive with { LearningRate = 1e-6, WeightAccess = LambWeightAccess.ExclusiveChecked });
        optimizer.Step([variables[1]]);
        optimizer.Step([variables[1]]);
        optimizer.Step();
        Assert.AreEqual(3, optimizer.Iterations);
    }

    [TestMethod]
    public void WeightsThatAreSetByTheirGradientsAreNotWatched()
    {
        using var variables = LambVariables.Allocate(
            Device.Accelerator,
            new LambVariableSpec("trained", [9]),
            new LambVariableSpec("set", [2]) { OverwriteWithGradient = true });
        variables.Fill(3);
        using LambOptimizer optimizer = Device.Optimizer(
            variables, Exclusive with { WeightAccess = LambWeightAccess.ExclusiveChecked });
        optimizer.Step();
        variables[1].Weights.Write([3, 4]);
        optimizer.Step();
        Assert.AreEqual(2, optimizer.Iterations);
    }

    [TestMethod]
    public void AConstraintIsRefused()
    {
        var spec = new LambVariableSpec("dense", [9]) { Constraint = new NonNegativeConstraint() };
        using var variables = LambVariables.Allocate(Device.Accelerator, spec);
        var error = Assert.ThrowsExactly<ArgumentException>(() => Device.Optimizer(variables, Exclusive));
        Assert.AreEqual(
            "WeightAccess must be Shared where a variable has a constraint, which writes its weights; was Exclusive, "
            + "and there are constraints on: dense. Make the optimizer with WeightAccess = Shared, or the variables "
            + "without constraints.",
            error.Message);
    }

    [TestMethod]
    public void AnAccessThatIsNoneIsRefusedAndNoneIsPartOfAConfigOfKeras()
    {
        using LambVariables variables = Filled();
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => Device.Optimizer(variables, new LambOptions { WeightAccess = (LambWeightAccess)3 }));
        Assert.AreEqual("WeightAccess must be Shared, Exclusive or ExclusiveChecked, was 3.", error.Message);
        LambOptions plain = Exclusive with { WeightAccess = LambWeightAccess.Shared };
        Assert.AreEqual(
            plain.ToJson()[..^1] + ",\"lamb_gpu\":{\"weight_access\":\"exclusive\"}}", Exclusive.ToJson());
    }

    // Several tiles, less than a vector, and one that never decays.
    private static LambVariables Filled()
    {
        LambVariables variables = LambVariables.Allocate(
            Device.Accelerator,
            new LambVariableSpec("v0", [(2 * Device.Tuning.TileLength) + 5]),
            new LambVariableSpec("v1", [2]),
            new LambVariableSpec("v2", [100]) { ExcludeFromWeightDecay = true });
        variables.Fill(1);
        return variables;
    }

    // What the update divided by ‖u‖ is the norm that the weights had before it, each times what decay leaves of it.
    private static void AssertNorms(
        LambVariables variables, LambOptimizer optimizer, Action step, params double[] shares)
    {
        double[] before = [.. variables.Select(Norm)];
        step();
        IReadOnlyList<LambTrustRatio> ratios = optimizer.ReadTrustRatios();
        for (int i = 0; i < shares.Length; i++)
        {
            double expected = Math.Abs(shares[i]) * before[i];
            Assert.AreEqual(expected, ratios[i].WeightNorm, 1e-6 * expected, variables[i].Name);
        }
    }

    private static double Norm(LambVariable variable) =>
        Math.Sqrt(variable.Weights.Read(Device.Accelerator).Sum(weight => (double)weight * weight));

    private static long[] Launches(LambOptimizer optimizer, int steps) => [.. Enumerable.Range(0, steps).Select(_ =>
    {
        long before = optimizer.Launches;
        optimizer.Step();
        return optimizer.Launches - before;
    })];
}
