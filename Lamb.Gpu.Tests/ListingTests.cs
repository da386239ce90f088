using ILGPU.Runtime;
using Lamb.Gpu.Configuration;
using Lamb.Gpu.State;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests;

/// <summary>Lists in records are compared by what is in them; errors name the first of many and tell things
/// apart.</summary>
[TestClass]
public class ListingTests
{
    public static IEnumerable<object[]> Rows => TestDevice.Rows;

    [TestMethod]
    public void RecordsWithListsAreEqualWhereTheirItemsAre()
    {
        Assert.AreEqual(new LambVariableSpec("a", [1, 2]), new LambVariableSpec("a", new List<long> { 1, 2 }));
        Assert.AreEqual(
            new LambVariableSpec("a", [1, 2]).GetHashCode(), new LambVariableSpec("a", [1L, 2]).GetHashCode());
        Assert.AreNotEqual(new LambVariableSpec("a", [1, 2]), new LambVariableSpec("a", [2, 1]));
        Assert.AreNotEqual(
            new LambVariableSpec("a", [1]), new LambVariableSpec("a", [1]) { ExcludeFromTrustRatio = true });
        Assert.AreNotEqual(
            new LambVariableSpec("a", [1]), new LambVariableSpec("a", [1]) { GradientDataType = LambDataType.Float16 });
        Assert.AreEqual(
            new LambVariableSpec("a", [1]) { Constraint = new MaxNormConstraint(1, 0) },
            new LambVariableSpec("a", [1]) { Constraint = new MaxNormConstraint(1, 0) });
        Assert.AreEqual(new LambStateValue("a", [2], [1, 2]), new LambStateValue("a", [2], new List<double> { 1, 2 }));
        Assert.AreNotEqual(new LambStateValue("a", [2], [1, 2]), new LambStateValue("a", [2], [1, 3]));
        Assert.AreEqual(new LambStateValue("a", null!, null!), new LambStateValue("a", null!, null!));
    }

    [TestMethod]
    public void RecordsWithListsShowTheFirstItems()
    {
        Assert.AreEqual(
            "LambVariableSpec { Name = a, Shape = [1, 2], ExcludeFromWeightDecay = False, ExcludeFromTrustRatio = "
            + "False, Constraint = , OverwriteWithGradient = False, WeightDataType = Float32, GradientDataType = "
            + "Float32 }",
            new LambVariableSpec("a", [1, 2]).ToString());
        Assert.AreEqual(
            "LambStateValue { Name = a, Shape = [12], Values = [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5 and 2 "
            + "more] }",
            new LambStateValue("a", [12], [.. Enumerable.Range(0, 12).Select(i => i + 0.5)]).ToString());
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ErrorsNameTheFirstOfManyVariables(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate([.. Enumerable.Repeat(1L, 300)]);
        using LambOptimizer optimizer = device.Optimizer(variables);
        using LambVariables others = device.Allocate(1);
        const string names = "v0, v1, v2, v3, v4, v5, v6, v7, v8, v9 and 290 more";
        Exception[] errors =
        [
            Assert.ThrowsExactly<ArgumentException>(() => optimizer.Step([others[0]])),
            Assert.ThrowsExactly<ArgumentException>(() => optimizer.Step([null!])),
            Assert.ThrowsExactly<KeyNotFoundException>(() => variables["w"]),
            Assert.ThrowsExactly<ArgumentException>(() => optimizer.ExcludeFromWeightDecay(names: ["v1$", "bias"])),
        ];
        Assert.IsTrue(Array.TrueForAll(errors, error => error.Message.Contains(names, StringComparison.Ordinal)));
        StringAssert.StartsWith(errors[0].Message, "Variable 'v0' is another one than this optimizer's of that name.");
        StringAssert.Contains(errors[3].Message, "'bias' matches none of");
        var few = Assert.ThrowsExactly<ArgumentException>(() => optimizer.LoadState([]));
        Assert.IsLessThan(500, few.Message.Length);
        var wrong = Assert.ThrowsExactly<ArgumentException>(() => optimizer.LoadState(
            [.. optimizer.SaveState().Select(value => value with { Name = "x" })]));
        StringAssert.Contains(wrong.Message, "There are 592 more of the kind.");
        Assert.AreSame(variables[299], variables["v299"]);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ExpressionsThatMatchNothingLeaveTheExclusionsAsTheyWere(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(1, 1);
        variables[0].Weights.Write([1]);
        variables[1].Weights.Write([1]);
        using LambOptimizer optimizer = device.Optimizer(
            variables, new LambOptions { WeightDecay = 0.5, LearningRate = 1 });
        optimizer.ExcludeFromWeightDecay(names: ["v0"]);
        Assert.ThrowsExactly<ArgumentException>(() => optimizer.ExcludeFromWeightDecay(names: ["v1", "V0"]));
        Assert.ThrowsExactly<ArgumentNullException>(() => optimizer.ExcludeFromWeightDecay(names: [null!]));
        optimizer.Step();
        Assert.AreEqual(1, variables[0].Weights.Read(device.Accelerator)[0]);
        Assert.AreEqual(0.5f, variables[1].Weights.Read(device.Accelerator)[0]);
    }

    [TestMethod]
    public void TwoAcceleratorsOfOneNameAreToldApart()
    {
        using var first = LambDevice.Open(LambDeviceKind.Cpu);
        using var second = LambDevice.Open(LambDeviceKind.Cpu);
        using LambVariables variables = LambVariables.Allocate(first.Accelerator, new LambVariableSpec("a", [1]));
        using AcceleratorStream stream = second.Accelerator.CreateStream();
        Exception[] errors =
        [
            Assert.ThrowsExactly<ArgumentException>(() => new LambVariables(second.Accelerator, variables)),
            Assert.ThrowsExactly<ArgumentException>(() => new LambOptimizer(variables, null, stream)),
            Assert.ThrowsExactly<ArgumentException>(() => new NonNegativeConstraint().Apply(stream, variables[0])),
        ];
        foreach (Exception error in errors)
        {
            StringAssert.Contains(error.Message, "a second accelerator of that name");
            Assert.HasCount(2, error.Message.Split("'CPUAccelerator'"), error.Message);
        }
    }

    [TestMethod]
    public void AStateBeyondAnArrayIsRefusedBeforeItIsRead()
    {
        var read = new List<string>();
        StateEntry[] entries =
        [
            Entry("small", [3]), Entry("large", [2, 1 << 30]),
        ];
        var error = Assert.ThrowsExactly<NotSupportedException>(() => new StateTable(entries).Read());
        StringAssert.StartsWith(error.Message, "'large' must have at most 2147483591 elements");
        StringAssert.Contains(error.Message, "SaveCheckpoint");
        Assert.IsEmpty(read);

        StateEntry Entry(string name, long[] shape) => new(
            name,
            shape,
            () =>
            {
                read.Add(name);
                return [];
            },
            _ => null,
            _ => { });
    }

    [TestMethod]
    public void MoreBytesThan63BitsCountAreAnArgumentThatIsWrong()
    {
        var spec = new LambVariableSpec("a", [1L << 42]);
        var error = Assert.ThrowsExactly<ArgumentException>(() => LambVariables.Allocate(
            TestDevice.Cpu.Accelerator, [.. Enumerable.Repeat(spec, 1 << 19)]));
        StringAssert.StartsWith(error.Message, "The 524288 variables must take at most 2^63 - 1 bytes together");
    }
}
