using Lamb.Gpu.Configuration;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Kernels;

namespace Lamb.Gpu.Tests;

/// <summary>Where the rate and the betas come from, and what a step refuses before it launches anything.</summary>
[TestClass]
public class LambOptimizerRateTests
{
    private static TestDevice Device => TestDevice.Cpu;

    [TestMethod]
    public void ANumberMayFollowANumberAndAScheduleEither()
    {
        using LambVariables variables = Device.Allocate(1);
        using LambOptimizer optimizer = Device.Optimizer(variables);
        optimizer.LearningRate = 0.5;
        Assert.AreEqual(0.5, optimizer.LearningRate);
        var first = new CosineDecay(0.1, 10);
        optimizer.LearningRate = first;
        var second = new ExponentialDecay(0.1, 10, 0.5);
        optimizer.LearningRate = second;
        Assert.AreEqual(second, optimizer.LearningRate.Schedule);
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => optimizer.LearningRate = 0.25);
        Assert.AreEqual(
            $"The learning rate comes from {second}, and only another schedule can replace it, not 0.25: "
            + "create the optimizer with a number to set numbers.",
            error.Message);
        Assert.ThrowsExactly<InvalidOperationException>(() => optimizer.LearningRate = (Func<double>)(() => 0.1));
        Assert.AreEqual(second, optimizer.LearningRate.Schedule);
    }

    [TestMethod]
    public void NothingIsSetOverAFunction()
    {
        using LambVariables variables = Device.Allocate(1);
        Func<double> rate = () => 0.1;
        using LambOptimizer optimizer = Device.Optimizer(variables, new() { LearningRate = rate });
        LambLearningRate[] others = [0.5, new CosineDecay(0.1, 10), (Func<double>)(() => 0.2)];
        foreach (LambLearningRate other in others)
        {
            var error = Assert.ThrowsExactly<InvalidOperationException>(() => optimizer.LearningRate = other);
            Assert.AreEqual(
                "The learning rate comes from a function, which cannot be replaced: let the function return "
                + "another value.",
                error.Message);
            Assert.AreEqual(rate, optimizer.LearningRate);
        }
    }

    [TestMethod]
    public void FunctionsAreCalledOnceAnUpdateAndNeverOnMicroSteps()
    {
        using LambVariables variables = Device.Allocate(1, 2, 3);
        variables.Fill(1);
        int rates = 0, firstBetas = 0, secondBetas = 0;
        var options = new LambOptions
        {
            LearningRate = (Func<double>)(() => 0.1 * ++rates),
            Beta1 = (Func<double>)(() => 0.5 + (0.1 * ++firstBetas)),
            Beta2 = (Func<double>)(() => 0.5 + (0.1 * ++secondBetas)),
            GradientAccumulationSteps = 3,
            WeightDecay = 0.1,
            UseEma = true,
        };
        using LambOptimizer optimizer = Device.Optimizer(variables, options);
        for (int call = 1; call <= 9; call++)
        {
            optimizer.Step();
            Assert.AreEqual((call / 3, call / 3, call / 3), (rates, firstBetas, secondBetas), $"call {call}");
        }
    }

    [TestMethod]
    public void TheValueOfAFunctionIsTakenAtEveryUpdate()
    {
        using LambVariables variables = Device.Allocate(1);
        variables[0].Weights.Write([1f]);
        double rate = 0.5, beta = 0;
        using LambOptimizer optimizer = Device.Optimizer(variables, new()
        {
            LearningRate = (Func<double>)(() => rate),
            Beta1 = (Func<double>)(() => beta),
        });
        optimizer.StepWith(variables, [2f]);
        Assert.AreEqual(0.5f, variables[0].Weights.Read(Device.Accelerator)[0], 1e-6f);
        Assert.AreEqual(2f, optimizer.FirstMoment(variables[0]).Read(Device.Accelerator)[0]);
        (rate, beta) = (0.25, 0.75);
        optimizer.StepWith(variables, [4f]);
        Assert.AreEqual(0.375f, variables[0].Weights.Read(Device.Accelerator)[0], 1e-6f);
        Assert.AreEqual(2.5f, optimizer.FirstMoment(variables[0]).Read(Device.Accelerator)[0]);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void AFunctionThatGivesNoNumberStopsTheStepBeforeAnythingIsLaunched(bool isScaled)
    {
        using LambVariables variables = Device.Allocate(5);
        variables.Fill(1);
        double rate = 0.1, beta1 = 0.9, beta2 = 0.999;
        using LambOptimizer optimizer = Device.Optimizer(variables, new()
        {
            LearningRate = (Func<double>)(() => rate),
            Beta1 = (Func<double>)(() => beta1),
            Beta2 = (Func<double>)(() => beta2),
            DynamicLossScale = isScaled ? new LambDynamicLossScale() : null,
        });
        optimizer.Step();
        rate = double.NaN;
        AssertStopped(
            optimizer,
            variables,
            "The learning rate must be finite; callable gave NaN after 1 gradients. Correct the schedule or the "
            + "function.");
        (rate, beta1) = (0.1, double.NaN);
        AssertStopped(optimizer, variables, "A beta must be in [0, 1); its function gave NaN. Correct the function.");
        (beta1, beta2) = (0.9, 1);
        AssertStopped(optimizer, variables, "A beta must be in [0, 1); its function gave 1. Correct the function.");
        beta2 = 0.999;
        optimizer.Step();
        Assert.AreEqual(2, optimizer.RawIterations);
    }

    [TestMethod]
    public void AScheduleThatGivesNoNumberStopsTheStepToo()
    {
        using LambVariables variables = Device.Allocate(5);
        variables.Fill(1);
        using LambOptimizer optimizer = Device.Optimizer(variables, new() { LearningRate = new Broken() });
        optimizer.Step();
        AssertStopped(optimizer, variables, "The learning rate must be finite; Broken gave Infinity after 1 gradients. "
            + "Correct the schedule or the function.");
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow(2)]
    public void AStepWithoutAnyGradientIsRefusedAndChangesNothing(int? window)
    {
        using LambVariables variables = Device.Allocate(5, 0, 3);
        variables.Fill(1);
        using LambOptimizer optimizer = Device.Optimizer(
            variables, new() { GradientAccumulationSteps = window, UseEma = true });
        optimizer.Step();
        AssertStopped(
            optimizer,
            variables,
            "No gradients provided for any variable: at least one must have a gradient. Nothing was changed.",
            variables);
        optimizer.Step([variables[0]]);
        Assert.AreEqual(2, optimizer.RawIterations);
    }

    [TestMethod]
    public void AStrangerAmongTheMissingIsRefusedAndChangesNothing()
    {
        using LambVariables variables = Device.Allocate(5), strangers = Device.Allocate(5);
        variables.Fill(1);
        using LambOptimizer optimizer = Device.Optimizer(variables);
        optimizer.Step();
        long launches = optimizer.Launches;
        var error = Assert.ThrowsExactly<ArgumentException>(() => optimizer.Step([variables[0], strangers[0]]));
        StringAssert.StartsWith(error.Message, "Variable 'v0' is another one than this optimizer's of that name.");
        Assert.ThrowsExactly<ArgumentNullException>(() => optimizer.Step(null!));
        Assert.AreEqual((1, launches), (optimizer.RawIterations, optimizer.Launches));
    }

    private static void AssertStopped(
        LambOptimizer optimizer, LambVariables variables, string message, params IEnumerable<LambVariable> missing)
    {
        long launches = optimizer.Launches, iterations = optimizer.RawIterations;
        int[] before = Bits(optimizer, variables);
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => optimizer.Step([.. missing]));
        Assert.AreEqual(message, error.Message);
        Assert.AreEqual(launches, optimizer.Launches);
        Assert.AreEqual(iterations, optimizer.RawIterations);
        CollectionAssert.AreEqual(before, Bits(optimizer, variables));
    }

    private static int[] Bits(LambOptimizer optimizer, LambVariables variables) =>
    [
        .. variables.SelectMany(variable => variable.Weights.Read(Device.Accelerator).Bits()),
        .. optimizer.SaveState().SelectMany(value => value.Values).Select(value => value.GetHashCode()),
    ];

    private sealed class Broken : LearningRateSchedule
    {
        public override double RateAt(long iteration) => iteration == 0 ? 0.1 : double.PositiveInfinity;
    }
}
