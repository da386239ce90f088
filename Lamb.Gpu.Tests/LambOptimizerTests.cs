using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Configuration;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests;

/// <summary>The life of an optimizer: what it owns, whom it lets in, and what it says to those it does not.</summary>
[TestClass]
public class LambOptimizerTests
{
    private static Accelerator Accelerator => TestDevice.Cpu.Accelerator;

    [TestMethod]
    public void AStepCountsAndAFailedOneDoesNot()
    {
        using LambVariables variables = TestDevice.Cpu.Allocate(10);
        using var optimizer = new LambOptimizer(variables);
        optimizer.Step();
        optimizer.Step();
        Assert.AreEqual(2, optimizer.Iterations);
        variables.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(optimizer.Step);
        Assert.AreEqual(2, optimizer.Iterations);
    }

    [TestMethod]
    public void TheLearningRateHoldsFromTheNextStepAndABadOneChangesNothing()
    {
        using LambVariables variables = TestDevice.Cpu.Allocate(1);
        variables[0].Weights.Write([1f]);
        variables[0].Gradients.Write([1f]);
        using var optimizer = new LambOptimizer(variables) { LearningRate = 0.25 };
        optimizer.Step();
        Assert.AreEqual(0.75f, variables[0].Weights.Read(Accelerator)[0], 1e-6f);
        var error = Assert.ThrowsExactly<ArgumentException>(() => optimizer.LearningRate = double.PositiveInfinity);
        Assert.AreEqual("LearningRate must be finite, was Infinity.", error.Message);
        Assert.AreEqual(0.25, optimizer.LearningRate);
    }

    [TestMethod]
    public void NothingWorksAfterDisposeButDisposingAgain()
    {
        using LambVariables variables = TestDevice.Cpu.Allocate(10);
        var optimizer = new LambOptimizer(variables);
        optimizer.Dispose();
        optimizer.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(optimizer.Step);
        Assert.ThrowsExactly<ObjectDisposedException>(() => optimizer.ReadTrustRatios());
        Assert.ThrowsExactly<ObjectDisposedException>(() => optimizer.FirstMoment(variables[0]));
        Assert.ThrowsExactly<ObjectDisposedException>(() => optimizer.SecondMoment(variables[0]));
        Assert.ThrowsExactly<ObjectDisposedException>(() => optimizer.ExcludeFromWeightDecay(names: ["v"]));
        Assert.AreEqual(10, variables[0].Weights.Read(Accelerator).Length, "the variables outlive the optimizer");
    }

    [TestMethod]
    public void DisposeFreesTheStateAndNotTheVariables()
    {
        using LambVariables variables = TestDevice.Cpu.Allocate(100);
        var optimizer = new LambOptimizer(variables);
        MemoryBuffer[] state =
            [BufferOf(optimizer.FirstMoment(variables[0])), BufferOf(optimizer.SecondMoment(variables[0]))];
        optimizer.Dispose();
        Assert.IsTrue(state.All(buffer => buffer.IsDisposed));
        Assert.IsFalse(BufferOf(variables[0].Weights).IsDisposed);
        Assert.IsFalse(BufferOf(variables[0].Gradients).IsDisposed);

        static MemoryBuffer BufferOf(IArrayView view) => view.Buffer;
    }

    [TestMethod]
    public void TwoThreadsAtOnceAreRefusedAndEveryStepThatIsTakenCounts()
    {
        using LambVariables variables = TestDevice.Cpu.Allocate(200_000);
        using var optimizer = new LambOptimizer(variables);
        int refused = 0, taken = 0;
        void Work()
        {
            for (int i = 0; i < 200; i++)
            {
                try
                {
                    optimizer.Step();
                    Interlocked.Increment(ref taken);
                }
                catch (InvalidOperationException error)
                {
                    StringAssert.StartsWith(error.Message, "Another thread is in this optimizer.");
                    Interlocked.Increment(ref refused);
                }
            }
        }

        Parallel.Invoke(Work, Work);
        Assert.AreEqual(taken, optimizer.Iterations);
        Assert.AreEqual(400, taken + refused);
        Assert.IsGreaterThan(0, refused, "two threads that step 200 times at once met at least once");
    }

    [TestMethod]
    public void AStreamOfAnotherAcceleratorIsRefused()
    {
        using LambVariables variables = TestDevice.Cpu.Allocate(1);
        Accelerator other = TestDevice.Open("cpu-groups").Accelerator;
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => new LambOptimizer(variables, null, other.DefaultStream));
        StringAssert.StartsWith(error.Message, "The stream must belong to the accelerator of the variables");
    }

    [TestMethod]
    public void ExclusionTakesVariablesAndExpressionsAndASecondCallReplacesTheFirst()
    {
        using LambVariables variables = TestDevice.Cpu.Allocate(1, 1, 1);
        using var optimizer = new LambOptimizer(variables, new LambOptions { LearningRate = 0.5, WeightDecay = 0.5 });
        optimizer.ExcludeFromWeightDecay([variables[0]], ["1$"]);
        CollectionAssert.AreEqual(new[] { 1f, 1f, 0.75f }, StepOnOnes(variables, optimizer));
        optimizer.ExcludeFromWeightDecay(names: [""]);
        CollectionAssert.AreEqual(new[] { 1f, 1f, 1f }, StepOnOnes(variables, optimizer));
        optimizer.ExcludeFromWeightDecay();
        CollectionAssert.AreEqual(new[] { 0.75f, 0.75f, 0.75f }, StepOnOnes(variables, optimizer));
    }

    [TestMethod]
    public void ExclusionOfAStrangerOrByABadExpressionChangesNothing()
    {
        using LambVariables variables = TestDevice.Cpu.Allocate(1, 1), strangers = TestDevice.Cpu.Allocate(1);
        using var optimizer = new LambOptimizer(variables, new LambOptions { LearningRate = 0.5, WeightDecay = 0.5 });
        var error = Assert.ThrowsExactly<ArgumentException>(() => optimizer.ExcludeFromWeightDecay([strangers[0]]));
        StringAssert.StartsWith(error.Message, "Variable 'v0' is another one than this optimizer's of that name");
        Assert.Throws<ArgumentException>(() => optimizer.ExcludeFromWeightDecay([variables[0]], ["("]));
        CollectionAssert.AreEqual(new[] { 0.75f, 0.75f }, StepOnOnes(variables, optimizer));
    }

    [TestMethod]
    public void ExclusionOfASpecHoldsFromTheStart()
    {
        using var variables = LambVariables.Allocate(
            Accelerator,
            new LambVariableSpec("kernel", [1]),
            new LambVariableSpec("bias", [1]) { ExcludeFromWeightDecay = true });
        using var optimizer = new LambOptimizer(variables, new LambOptions { LearningRate = 0.5, WeightDecay = 0.5 });
        CollectionAssert.AreEqual(new[] { 0.75f, 1f }, StepOnOnes(variables, optimizer));
    }

    [TestMethod]
    public void TrustRatiosAreThoseOfTheLastStep()
    {
        using LambVariables variables = TestDevice.Cpu.Allocate(2, 3, 0);
        variables[0].Weights.Write([3f, 4f]);
        variables[0].Gradients.Write([1f, -2f]);
        using var optimizer = new LambOptimizer(variables, new LambOptions { Epsilon = 0 });
        CollectionAssert.AreEqual(
            variables.Select(variable => new LambTrustRatio(variable.Name, 0, 0, 1)).ToArray(),
            optimizer.ReadTrustRatios().ToArray());
        variables[1].Weights.Write([1f, 1f, 1f]);
        variables[1].Gradients.Write([1f, 1f, 1f]);
        optimizer.Step();

        // In the first step u is the sign of the gradient: ‖u‖ = √2, and √3.
        IReadOnlyList<LambTrustRatio> read = optimizer.ReadTrustRatios();
        Assert.AreEqual("v0", read[0].Name);
        Assert.AreEqual(5f, read[0].WeightNorm, 1e-6f);
        Assert.AreEqual(MathF.Sqrt(2), read[0].UpdateNorm, 1e-6f);
        Assert.AreEqual(5 / MathF.Sqrt(2), read[0].TrustRatio, 1e-5f);
        Assert.AreEqual(1f, read[1].TrustRatio, 1e-6f);
        Assert.AreEqual(new LambTrustRatio("v2", 0, 0, 1), read[2]);
    }

    // With gradients of zero a step does nothing but decay.
    private static float[] StepOnOnes(LambVariables variables, LambOptimizer optimizer)
    {
        foreach (LambVariable variable in variables)
        {
            variable.Weights.Write([1f]);
            variable.Gradients.Write([0f]);
        }

        optimizer.Step();
        return [.. variables.Select(variable => variable.Weights.Read(variables.Accelerator)[0])];
    }
}
