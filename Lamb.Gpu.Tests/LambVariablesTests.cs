using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests;

/// <summary>What variables may be, and the error for what they may not.</summary>
[TestClass]
public class LambVariablesTests
{
    private static Accelerator Accelerator => TestDevice.Cpu.Accelerator;

    [TestMethod]
    public void ArenasAreZeroedAndEachVariableBeginsAtABoundaryOf256Bytes()
    {
        using LambVariables variables = TestDevice.Cpu.Allocate(3, 65, 64, 1);
        long First(int index) => ((IContiguousArrayView)variables[index].Weights).IndexInBytes;
        Assert.AreEqual(256, First(1) - First(0));
        Assert.AreEqual(512, First(2) - First(1));
        Assert.AreEqual(256, First(3) - First(2), "64 elements fill one boundary to the next");
        Assert.AreEqual(133, variables.TotalLength);
        CollectionAssert.AreEqual(new float[65], variables[1].Weights.Read(Accelerator));
        CollectionAssert.AreEqual(new float[65], variables[1].Gradients.Read(Accelerator));
    }

    [TestMethod]
    public void ScalarsHaveOneElementAndADimensionOfZeroHasNone()
    {
        using var variables = LambVariables.Allocate(
            Accelerator, new LambVariableSpec("scalar", []), new LambVariableSpec("empty", [3, 0, long.MaxValue]));
        Assert.AreEqual(1, variables["scalar"].Length);
        Assert.AreEqual(0, variables["empty"].Length);
        Assert.AreEqual("empty [3, 0, 9223372036854775807]", variables["empty"].ToString());
    }

    [TestMethod]
    public void ShapesThatAreNoShapesAreRefused()
    {
        Error<ArgumentException>(
            "Variable 'a': every dimension must be 0 or more, the shape was [2, -1].",
            () => LambVariables.Allocate(Accelerator, new LambVariableSpec("a", [2, -1])));
        Error<ArgumentException>(
            "Variable 'a': the shape [4294967296, 4294967296] has more than 2^63 - 1 elements.",
            () => LambVariables.Allocate(Accelerator, new LambVariableSpec("a", [1L << 32, 1L << 32])));
        Error<ArgumentNullException>(
            "shape", () => LambVariables.Allocate(Accelerator, new LambVariableSpec("a", null!)));
        Error<ArgumentException>("name", () => LambVariables.Allocate(Accelerator, new LambVariableSpec(" ", [1])));
        Error<ArgumentException>(
            "An optimizer needs at least one variable, got none.", () => LambVariables.Allocate(Accelerator));
    }

    [TestMethod]
    public void ViewsMustHaveOneElementAWeight()
    {
        using var buffer = Accelerator.Allocate1D<float>(100);
        Error<ArgumentException>(
            "Variable 'dense/kernel': expected 12 weights, one per element of shape [3, 4]; got 10.",
            () => new LambVariable("dense/kernel", [3, 4], buffer.View.SubView(0, 10), buffer.View.SubView(20, 12)));
        Error<ArgumentException>(
            "Variable 'dense/kernel': expected 12 gradients, one per element of shape [3, 4]; got 100.",
            () => new LambVariable("dense/kernel", [3, 4], buffer.View.SubView(0, 12), buffer.View));
    }

    [TestMethod]
    public void NamesAreUnique() => Error<ArgumentException>(
        "Names of variables must be unique; 'a' is the name of number 0 and of number 2.",
        () => LambVariables.Allocate(
            Accelerator,
            new LambVariableSpec("a", [1]), new LambVariableSpec("b", [1]), new LambVariableSpec("a", [2])));

    [TestMethod]
    public void BuffersOfAnotherAcceleratorAreRefused()
    {
        using LambVariables here = TestDevice.Cpu.Allocate(4);
        Accelerator other = TestDevice.Open("cpu-groups").Accelerator;
        Error<ArgumentException>(
            $"Variable 'v0': its weights must lie on the accelerator that was given, '{other.Name}'; "
            + "they lie on a second accelerator of that name",
            () => new LambVariables(other, here[0]));
    }

    [TestMethod]
    public void DisposedBuffersAreRefusedBeforeAndAfterTheOptimizerIsMade()
    {
        MemoryBuffer1D<float, Stride1D.Dense> weights = Accelerator.Allocate1D<float>(4);
        using var gradients = Accelerator.Allocate1D<float>(4);
        var variable = new LambVariable("a", [4], weights.View, gradients.View);
        using var variables = new LambVariables(Accelerator, variable);
        using var optimizer = new LambOptimizer(variables);
        weights.Dispose();
        Error<ObjectDisposedException>(
            "Variable 'a': the buffer of its weights is disposed.", () => new LambVariables(Accelerator, variable));
        Error<ObjectDisposedException>("of variable 'a' have been disposed", () => new LambOptimizer(variables));
        Error<ObjectDisposedException>("of variable 'a' have been disposed", optimizer.Step);
        Assert.AreEqual(0, optimizer.Iterations);
    }

    [TestMethod]
    public void WeightsMayOverlapNothing()
    {
        using var buffer = Accelerator.Allocate1D<float>(100);
        ArrayView<float> all = buffer.View;
        var a = new LambVariable("a", [10], all.SubView(0, 10), all.SubView(40, 10));
        LambVariable B(int weights, int gradients) => new("b", [5], all.SubView(weights, 5), all.SubView(gradients, 5));
        Error<ArgumentException>(
            "Weights must not overlap anything else; the weights of 'a' and the weights of 'b' share elements.",
            () => new LambVariables(Accelerator, a, B(9, 60)));
        Error<ArgumentException>(
            "the gradients of 'a' and the weights of 'b' share elements",
            () => new LambVariables(Accelerator, a, B(49, 60)));

        // Gradients are only read: two variables may share them.
        using var shared = new LambVariables(Accelerator, a, B(10, 42));
        Assert.AreEqual(2, shared.Count);
    }

    [TestMethod]
    public void AnOverlapIsFoundBehindOneThatIsAllowed()
    {
        // The gradients of 'b' lie within those of 'a', and end before the weights of 'c' begin, within them too.
        using var buffer = Accelerator.Allocate1D<float>(100);
        ArrayView<float> all = buffer.View;
        var a = new LambVariable("a", [40], all.SubView(40, 40), all.SubView(0, 40));
        var b = new LambVariable("b", [5], all.SubView(80, 5), all.SubView(10, 5));
        var c = new LambVariable("c", [5], all.SubView(20, 5), all.SubView(90, 5));
        Error<ArgumentException>(
            "the gradients of 'a' and the weights of 'c' share elements",
            () => new LambVariables(Accelerator, a, b, c));
    }

    [TestMethod]
    public void VariablesAreFoundByNameOrTheErrorListsTheNames()
    {
        using LambVariables variables = TestDevice.Cpu.Allocate(1, 2);
        Assert.AreSame(variables[1], variables["v1"]);
        Error<KeyNotFoundException>("No variable is called 'x'; there are: v0, v1.", () => _ = variables["x"]);
        Error<ArgumentOutOfRangeException>("The index must be in [0, 2)", () => _ = variables[2]);
    }

    private static void Error<TError>(string text, Action action)
        where TError : Exception => StringAssert.Contains(Assert.Throws<TError>(action).Message, text);
}
