using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Configuration;
using Lamb.Gpu.Constraints;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Reference;

namespace Lamb.Gpu.Tests;

/// <summary>What constraints do in a step, what they take, and the errors for what they do not.</summary>
[TestClass]
public class LambConstraintTests
{
    private static readonly LambConstraint[] BuiltIn =
    [
        new MaxNormConstraint(0.5, 0), new NonNegativeConstraint(), new UnitNormConstraint(-1),
        new MinMaxNormConstraint(0.25, 0.5, 0.75, 0, 1),
    ];

    public static IEnumerable<object[]> Rows => TestDevice.Rows;

    public static IEnumerable<object[]> Unlike => BuiltIn
        .Append(new MaxNormConstraint(0.5, 1)).Append(new MaxNormConstraint(0.25, 0))
        .Select((constraint, index) => new object[] { index, constraint });

    private static Accelerator Accelerator => TestDevice.Cpu.Accelerator;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AStepUpdatesAndThenConstrains(string row)
    {
        TestDevice device = TestDevice.Open(row);
        LambVariableSpec[] specs = [.. BuiltIn.Select((_, i) => new LambVariableSpec($"v{i}", [6, 7]))];
        using var free = LambVariables.Allocate(device.Accelerator, specs);
        using var bound = LambVariables.Allocate(
            device.Accelerator, [.. specs.Select((spec, i) => spec with { Constraint = BuiltIn[i] })]);
        free.Fill(3);
        bound.Fill(3);
        using LambOptimizer optimizer = device.Optimizer(free), constrained = device.Optimizer(bound);
        optimizer.Step();
        constrained.Step();
        for (int i = 0; i < BuiltIn.Length; i++)
        {
            double[] updated = [.. free[i].Weights.Read(device.Accelerator).Select(weight => (double)weight)];
            double[] expected = ConstraintReference.Apply(BuiltIn[i], [6, 7], updated);
            float[] actual = bound[i].Weights.Read(device.Accelerator);
            for (int at = 0; at < actual.Length; at++)
            {
                Assert.AreEqual(expected[at], actual[at], Math.Abs(expected[at]) * 4e-7, $"{BuiltIn[i]}, {at}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void EmptyVariablesAndScalarsTakeEveryConstraint(string row)
    {
        TestDevice device = TestDevice.Open(row);
        LambConstraint[] constraints =
            [new MaxNormConstraint(0.5), new NonNegativeConstraint(), new UnitNormConstraint()];
        using var variables = LambVariables.Allocate(device.Accelerator, [.. constraints.SelectMany((each, i) => new[]
        {
            new LambVariableSpec($"empty{i}", [3, 0]) { Constraint = each },
            new LambVariableSpec($"scalar{i}", []) { Constraint = each },
        })]);
        using LambOptimizer optimizer = device.Optimizer(variables, new LambOptions { LearningRate = 0 });
        foreach (LambVariable scalar in variables.Where(variable => variable.Length == 1))
        {
            scalar.Weights.Write([-4f]);
        }

        optimizer.Step();
        float Read(int i) => variables[$"scalar{i}"].Weights.Read(device.Accelerator)[0];
        CollectionAssert.AreEqual(new[] { -0.5f, 0, -1 }, new[] { Read(0), Read(1), Read(2) });
    }

    [TestMethod]
    public void AConstraintOfOnesOwnIsPreparedOnceAndAppliedOnTheStreamOfTheOptimizer()
    {
        var own = new Halving();
        using var variables = LambVariables.Allocate(
            Accelerator, new LambVariableSpec("own", [3]) { Constraint = own }, new LambVariableSpec("free", [3]));
        variables["own"].Weights.Write([2f, 4f, 6f]);
        using AcceleratorStream stream = Accelerator.CreateStream();
        using var optimizer = new LambOptimizer(variables, new LambOptions { LearningRate = 0 }, stream);
        optimizer.Step();
        optimizer.Step();
        CollectionAssert.AreEqual(new[] { 0.5f, 1f, 1.5f }, variables["own"].Weights.Read(Accelerator));
        CollectionAssert.AreEqual(new[] { "prepare own", "apply own", "apply own" }, own.Calls);
        Assert.AreSame(stream, own.Stream);
        Assert.AreEqual("Halving", own.ToString());
        Assert.AreNotEqual<LambConstraint>(own, new Halving());
    }

    [TestMethod]
    public void AKernelIsCompiledOnceAnAccelerator() =>
        Assert.AreSame(ConstraintLauncher.For(Accelerator), ConstraintLauncher.For(Accelerator));

    [TestMethod]
    public void AxesThatAVariableDoesNotHaveAreRefusedWhenTheOptimizerIsMade()
    {
        Error("Variable 'w [2, 3]': Axis must be in [-2, 2), as the rank is 2; was 2. "
            + "Axis must be in [-2, 2), as the rank is 2; was -3.", [2, 3], 2, -3);
        Error("Variable 'w [2, 3]': Axis must name an axis once; 1 was named again in [1, -1].", [2, 3], 1, -1);
        Error("Variable 'w []': Axis must be in [-1, 1), as the rank is 0; was 1.", [], 1);
        Error("Variable 'w [0, 3]': Axis must be in [-2, 2), as the rank is 2; was 5.", [0, 3], 5);
        Error(
            "Variable 'w [2, 2, 2, 2, 2, 2, 2, 2, 2]': Axis must not alternate with the other axes more than 4 times, "
            + "was [0, 2, 4, 6, 8]. Order the dimensions so that the axes of a norm are neighbours.",
            [2, 2, 2, 2, 2, 2, 2, 2, 2], 0, 2, 4, 6, 8);
    }

    [TestMethod]
    public void EveryBrokenRuleIsNamed()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new MaxNormConstraint(double.NaN));
        Assert.AreEqual("MaxValue must be finite and not negative, was NaN.", error.Message);
        error = Assert.ThrowsExactly<ArgumentException>(() => new MinMaxNormConstraint(-1, -2, 1.5));
        Assert.AreEqual(
            "MinValue must be finite and not negative, was -1. MaxValue must be finite and not negative, was -2. "
            + "MaxValue must not be below MinValue -1, was -2. Rate must be in [0, 1], was 1.5.",
            error.Message);
        Assert.ThrowsExactly<ArgumentNullException>(() => new UnitNormConstraint(null!));
    }

    [TestMethod]
    public void DefaultsAreThoseOfKeras()
    {
        Assert.AreEqual(new MaxNormConstraint(2, 0), new MaxNormConstraint());
        Assert.AreEqual(new MinMaxNormConstraint(0, 1, 1, 0), new MinMaxNormConstraint());
        Assert.AreEqual(new UnitNormConstraint(0), new UnitNormConstraint());
        Assert.AreEqual("MinMaxNormConstraint(min_value=0, max_value=1, rate=1, axis=[0])",
            new MinMaxNormConstraint().ToString());
        Assert.AreEqual("MaxNormConstraint(max_value=2, axis=[0])", new MaxNormConstraint().ToString());
        Assert.AreEqual("UnitNormConstraint(axis=[0])", new UnitNormConstraint().ToString());
        Assert.AreEqual("NonNegativeConstraint()", new NonNegativeConstraint().ToString());
    }

    [TestMethod]
    [DynamicData(nameof(Unlike))]
    public void ConstraintsAreEqualWhereTypeAndArgumentsAre(int index, LambConstraint constraint)
    {
        LambConstraint[] same = [.. Unlike.Select(each => (LambConstraint)each[1])];
        for (int i = 0; i < same.Length; i++)
        {
            Assert.AreEqual(i == index, constraint.Equals(same[i]), $"{constraint} and {same[i]}");
        }

        Assert.AreEqual(new UnitNormConstraint(0, 1).GetHashCode(), new UnitNormConstraint([0, 1]).GetHashCode());
    }

    [TestMethod]
    public void TheFirstAxisCountedFromTheLastIsTheFirst()
    {
        float[][] weights = [.. new[] { 0, -2 }.Select(axis =>
        {
            using var variables = LambVariables.Allocate(
                Accelerator, new LambVariableSpec("w", [2, 3]) { Constraint = new UnitNormConstraint(axis) });
            variables.Fill(1);
            using var optimizer = new LambOptimizer(variables);
            optimizer.Step();
            return variables[0].Weights.Read(Accelerator);
        })];
        CollectionAssert.AreEqual(weights[0], weights[1]);
    }

    private static void Error(string expected, long[] shape, params int[] axis)
    {
        using var variables = LambVariables.Allocate(
            Accelerator, new LambVariableSpec("w", shape) { Constraint = new UnitNormConstraint(axis) });
        Assert.AreEqual(expected, Assert.ThrowsExactly<ArgumentException>(() => new LambOptimizer(variables)).Message);
    }

    private sealed class Halving : LambConstraint
    {
        private Action<AcceleratorStream, Index1D, ArrayView<float>>? halve;

        public List<string> Calls { get; } = [];

        public AcceleratorStream? Stream { get; private set; }

        public override void Apply(AcceleratorStream stream, LambVariable variable)
        {
            Calls.Add($"apply {variable.Name}");
            Stream = stream;
            halve!(stream, (int)variable.Length, variable.Weights);
        }

        protected internal override void Prepare(LambVariable variable)
        {
            Calls.Add($"prepare {variable.Name}");
            halve = Accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>>((i, weights) => weights[i] /= 2);
        }
    }
}
