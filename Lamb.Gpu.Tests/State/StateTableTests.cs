using System.Collections;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Checkpoints;

namespace Lamb.Gpu.Tests.State;

/// <summary>What a state holds is saved and loaded, and no value is taken for another.</summary>
[TestClass]
public sealed class StateTableTests
{
    private static readonly LambOptions Scaled = new()
    {
        DynamicLossScale = new() { InitialScale = 8, DynamicGrowthSteps = 1 },
    };

    [TestMethod]
    [DataRow(1.17549435E-38f)]
    [DataRow(8.5070592E+37f)]
    [DataRow(1f)]
    public void AScaleThatIsSavedIsLoaded(float scale)
    {
        using WornOptimizer worn = new(Scaled), other = new(Scaled);
        worn.Optimizer.LoadState(With(worn.Optimizer.SaveState(), "dynamic_scale", scale));
        other.Optimizer.LoadState(worn.Optimizer.SaveState());
        Assert.AreEqual(scale, other.Optimizer.ReadLossScale().Scale);
    }

    [TestMethod]
    [DataRow(double.PositiveInfinity)]
    [DataRow(0.0)]
    [DataRow(-1.0)]
    [DataRow(double.NaN)]
    public void AScaleThatNoOptimizerComesToIsRefused(double scale)
    {
        using WornOptimizer worn = new(Scaled);
        IReadOnlyList<LambStateValue> saved = worn.Optimizer.SaveState();
        var refused = Assert.ThrowsExactly<ArgumentException>(
            () => worn.Optimizer.LoadState(With(saved, "dynamic_scale", scale)));
        StringAssert.Contains(refused.Message, "'dynamic_scale' must be from MinScale to MaxScale");
    }

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    [DataRow(double.NegativeInfinity)]
    [DataRow(-0.0)]
    public void AMomentThatIsSavedIsLoaded(double value)
    {
        using WornOptimizer worn = new(new()), other = new(new());
        double[] moment = [value, 1, value, 2, value, 3];
        worn.Optimizer.LoadState(With(worn.Optimizer.SaveState(), "dense_kernel_momentum", moment));
        other.Optimizer.LoadState(worn.Optimizer.SaveState());
        CollectionAssert.AreEqual(
            worn.StateBits(), other.StateBits());
        CollectionAssert.AreEqual(
            moment.Select(BitConverter.DoubleToInt64Bits).ToArray(),
            other.Optimizer.SaveState().Single(each => each.Name == "dense_kernel_momentum").Values
                .Select(BitConverter.DoubleToInt64Bits).ToArray());
    }

    [TestMethod]
    [DataRow(LambDataType.Float32, 3.5e38)]
    [DataRow(LambDataType.Float32, -1e300)]
    [DataRow(LambDataType.BFloat16, 3.4e38)]
    public void AFiniteNumberThatWouldBecomeInfiniteIsRefused(LambDataType storage, double value)
    {
        using var worn = new WornOptimizer(new() { MomentDataType = storage });
        long[] before = worn.StateBits();
        string message = Assert.ThrowsExactly<ArgumentException>(() => worn.Optimizer.LoadState(
            With(worn.Optimizer.SaveState(), "dense_kernel_momentum", 0, 0, value, 0, 0, 0))).Message;
        StringAssert.StartsWith(
            message,
            $"'dense_kernel_momentum' must be finite in {storage}, element 2 was {(value < 0 ? "-1E+300" : "3.")}");
        CollectionAssert.AreEqual(before, worn.StateBits());
    }

    [TestMethod]
    [DataRow("a/b", "a_b")]
    [DataRow("a/b/c", "a_b/c")]
    [DataRow("x/y_momentum", "x_y/momentum")]
    public void NamesThatKerasWouldGiveTwoVariablesAreTwo(string first, string second)
    {
        using LambVariables variables = LambVariables.Allocate(
            TestDevice.Cpu.Accelerator, new(first, [1]), new(second, [1]), new("p/q", [1]));
        using LambVariables turned = LambVariables.Allocate(
            TestDevice.Cpu.Accelerator, new(second, [1]), new(first, [1]), new("p/q", [1]));
        using LambOptimizer one = TestDevice.Cpu.Optimizer(variables), other = TestDevice.Cpu.Optimizer(turned);
        string[] names = [.. one.SaveState().Select(value => value.Name)];
        CollectionAssert.AllItemsAreUnique(names);
        CollectionAssert.IsSubsetOf(new[] { $"{first}_momentum", $"{second}_velocity", "p_q_momentum" }, names);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => other.LoadState(one.SaveState())).Message,
            $"must be '{second}_momentum', was '{first}_momentum'.");
        one.LoadState(one.SaveState());
    }

    [TestMethod]
    [DataRow(9007199254740994.0)]
    [DataRow(4.6e18)]
    public void ACountThatADoubleDoesNotHoldIsRefused(double count)
    {
        using var worn = new WornOptimizer(new());
        IReadOnlyList<LambStateValue> saved = worn.Optimizer.SaveState();
        Assert.ThrowsExactly<ArgumentException>(() => worn.Optimizer.LoadState(With(saved, "iteration", count)));
        worn.Optimizer.LoadState(With(saved, "iteration", 1L << 53));
        Assert.AreEqual(1L << 53, worn.Optimizer.RawIterations);
    }

    [TestMethod]
    public void ListsAreAskedOnceBeforeAnythingIsWritten()
    {
        using var worn = new WornOptimizer(new());
        LambStateValue[] saved = [.. worn.Optimizer.SaveState()];
        long[] before = worn.StateBits();
        LambStateValue last = saved[^1];
        saved[^1] = last with { Values = new Lazily<double>(last.Values.Count, _ => throw new TimeoutException()) };
        Assert.ThrowsExactly<TimeoutException>(() => worn.Optimizer.LoadState(saved));
        CollectionAssert.AreEqual(before, worn.StateBits());
        int asked = 0;
        saved[^1] = last with { Values = new Lazily<double>(last.Values.Count, _ => asked++ < 1 ? 7 : double.NaN) };
        worn.Optimizer.LoadState(saved);
        Assert.AreEqual(last.Values.Count, asked);
    }

    [TestMethod]
    public void AListThatIsLongerThanItSaysIsRefused()
    {
        using var worn = new WornOptimizer(new());
        LambStateValue[] saved = [.. worn.Optimizer.SaveState()];
        long[] before = worn.StateBits();
        saved[^1] = saved[^1] with { Values = new Lazily<double>(saved[^1].Values.Count, _ => 1, isEndless: true) };
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => worn.Optimizer.LoadState(saved)).Message,
            "must have 1 values, had 2.");
        CollectionAssert.AreEqual(before, worn.StateBits());
    }

    [TestMethod]
    public void AnErrorOfManyValuesIsShort()
    {
        LambVariableSpec[] specs = [.. Enumerable.Range(0, 2000).Select(i => new LambVariableSpec($"v{i}", [1]))];
        using LambVariables variables = LambVariables.Allocate(TestDevice.Cpu.Accelerator, specs);
        using LambOptimizer optimizer = TestDevice.Cpu.Optimizer(variables);
        LambStateValue[] wrong = [.. optimizer.SaveState().Select(value => value with { Name = "x" })];
        string message = Assert.ThrowsExactly<ArgumentException>(() => optimizer.LoadState(wrong)).Message;
        StringAssert.Contains(message, "There are 3992 more of the kind. Nothing was loaded.");
        Assert.IsLessThan(10_000, message.Length);
        message = Assert.ThrowsExactly<ArgumentException>(() => optimizer.LoadState([.. wrong.Skip(1)])).Message;
        Assert.IsLessThan(10_000, message.Length);
    }

    private static LambStateValue[] With(
        IReadOnlyList<LambStateValue> saved, string name, params double[] values) =>
        [.. saved.Select(value => value.Name == name ? value with { Values = values } : value)];

    /// <summary>A list of code, which may go on behind its end.</summary>
    private sealed class Lazily<T>(int count, Func<int, T> make, bool isEndless = false) : IReadOnlyList<T>
    {
        public int Count => count;

        public T this[int index] => make(index);

        public IEnumerator<T> GetEnumerator() =>
            Enumerable.Range(0, isEndless ? int.MaxValue : count).Select(make).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
