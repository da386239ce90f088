using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Configuration;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests;

/// <summary>What a caller's own code throws in the middle of a step leaves an optimizer that goes on.</summary>
[TestClass]
public class LambOptimizerFaultTests
{
    [TestMethod]
    public void AConstraintThatThrowsUnderAnAdaptingScaleDoesNotStopTheNextStep()
    {
        var constraint = new ThrowsOnce();
        using var variables = LambVariables.Allocate(
            TestDevice.Cpu.Accelerator, new LambVariableSpec("a", [4]) { Constraint = constraint });
        variables[0].Weights.Write([1, 1, 1, 1]);
        variables[0].Gradients.Write([1, 1, 1, 1]);
        var options = new LambOptions { LearningRate = 0.1, DynamicLossScale = new() { InitialScale = 1 } };
        using var optimizer = new LambOptimizer(variables, options);
        Assert.ThrowsExactly<TimeoutException>(optimizer.Step);
        for (int step = 2; step <= 5; step++)
        {
            optimizer.Step();
            Assert.AreEqual(step, optimizer.RawIterations);

            // Each step moves the weights by a tenth of themselves.
            float expected = MathF.Pow(0.9f, step);
            Assert.AreEqual(expected, variables[0].Weights.Read(variables.Accelerator)[0], 1e-5f);
        }
    }

    [TestMethod]
    public void AFunctionIsNotCalledForStepsThatAreOver()
    {
        int calls = 0;
        using LambVariables variables = TestDevice.Cpu.Allocate(4);
        var options = new LambOptions
        {
            Beta1 = LambBeta.FromFunc(() => 0.9 + (0 * calls++)),
            DynamicLossScale = new() { DynamicGrowthSteps = 1, InitialScale = 1e-20 },
        };
        using var optimizer = new LambOptimizer(variables, options);
        for (int step = 0; step < 120; step++)
        {
            optimizer.Step();
            optimizer.LearningRate = 0.001 * step;
        }

        Assert.AreEqual(120, calls);
    }

    [TestMethod]
    public void AScheduleThatThrowsIsNotSet()
    {
        using LambVariables variables = TestDevice.Cpu.Allocate(4);
        using var optimizer = new LambOptimizer(variables, new LambOptions { DynamicLossScale = new() });
        optimizer.Step();
        Assert.ThrowsExactly<TimeoutException>(() => optimizer.LearningRate = new Throws());
        Assert.AreEqual(0.001, optimizer.LearningRate.Number);
        optimizer.LearningRate = 0.5;
        optimizer.Step();
    }

    [TestMethod]
    public void ABufferOfBytesMayHoldTheWeights()
    {
        Accelerator accelerator = TestDevice.Cpu.Accelerator;
        using var bytes = accelerator.Allocate1D<byte>(1600);
        bytes.MemSetToZero();
        ArrayView<float> all = ((ArrayView<byte>)bytes.View).Cast<float>();
        using var variables = new LambVariables(
            accelerator, new LambVariable("a", [20], all.SubView(3, 20), all.SubView(40, 20)));
        variables[0].Weights.Write([.. Enumerable.Repeat(1f, 20)]);
        variables[0].Gradients.Write([.. Enumerable.Repeat(1f, 20)]);
        using var optimizer = new LambOptimizer(variables, new LambOptions { LearningRate = 0.5 });
        optimizer.Step();
        Assert.AreEqual(0.5f, variables[0].Weights.Read(accelerator)[19], 1e-6f);
        Assert.AreEqual(0f, all.Read(accelerator)[23]);
    }

    private sealed class ThrowsOnce : LambConstraint
    {
        private bool hasThrown;

        public override void Apply(AcceleratorStream stream, LambVariable variable)
        {
            if (!hasThrown)
            {
                hasThrown = true;
                throw new TimeoutException();
            }
        }
    }

    private sealed class Throws : LearningRateSchedule
    {
        public override double RateAt(long iteration) => throw new TimeoutException();
    }
}
