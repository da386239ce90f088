using ILGPU.Runtime;
using Lamb.Gpu.Bench.Roofline;
using Lamb.Gpu.Bench.Roofline.Twin;
using Lamb.Gpu.Golden;
using Lamb.Gpu.Tests.Accelerators;
using Half = ILGPU.Half;

namespace Lamb.Gpu.Tests.Bench;

/// <summary>The twin of a step launches what the step launches, and moves every byte of it.</summary>
[TestClass]
public sealed class TwinKernelTests
{
    public static IEnumerable<object[]> Rows =>
        from row in TestDevice.Rows
        from kind in StepKind.All
        select new object[] { row[0], kind.Name };

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void EveryStreamOfAStepIsReadAndWritten(string row, string name)
    {
        TestDevice device = TestDevice.Open(row);
        var kind = StepKind.Find(name);
        using LambVariables variables = Filled(device, kind);
        using LambOptimizer twin = Twin(device, variables, kind);
        const int steps = 3;
        for (int step = 0; step < steps; step++)
        {
            twin.Step();
        }

        foreach (LambVariable variable in variables)
        {
            Moved[] expected = [.. Start(variable.Length, kind).Select(x => Stepped(x, kind, steps))];
            AssertEqual([.. expected.Select(x => x.W)], Read(variable.WeightView, device), "w");
            AssertEqual([.. expected.Select(x => x.G)], Read(variable.GradientView, device), "g");
            AssertEqual([.. expected.Select(x => x.M)], Read(twin.FirstMomentView(variable), device), "m");
            AssertEqual([.. expected.Select(x => x.V)], Read(twin.SecondMomentView(variable), device), "v");
            if (HasMasters(kind))
            {
                AssertEqual([.. expected.Select(x => x.Master)], Read(twin.MasterWeights(variable), device), "master");
            }

            if (kind.Options.UseEma)
            {
                float[] averages = twin.Average(variable).Read(device.Accelerator);
                AssertEqual([.. expected.Select(x => x.Average)], averages, "w̄");
            }

            if (kind.Name == "accumulate")
            {
                IReadOnlyList<double> sums = twin.SaveState()
                    .Single(value => value.Name == $"{variable.Name}_gradient_accumulator").Values;
                AssertEqual([.. expected.Select(x => x.A)], [.. sums.Select(sum => (float)sum)], "a");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void TheTwinLaunchesWhatTheStepLaunches(string row, string name)
    {
        TestDevice device = TestDevice.Open(row);
        var kind = StepKind.Find(name);
        using LambVariables variables = Filled(device, kind);
        using LambOptimizer optimizer = device.Optimizer(variables, kind.Options);
        using LambOptimizer twin = Twin(device, variables, kind);
        long launches = MeasuredStep.LaunchesOf(optimizer);
        Assert.IsGreaterThan(0, launches);
        Assert.AreEqual(launches, MeasuredStep.LaunchesOf(twin));
    }

    [TestMethod]
    [DataRow("plain", 40)]
    [DataRow("exclusive", 36)]
    [DataRow("clip", 44)]
    [DataRow("dynamic", 44)]
    [DataRow("ema", 48)]
    [DataRow("accumulate", 12)]
    [DataRow("bf16", 44)]
    [DataRow("bf16-exclusive", 36)]
    [DataRow("bf16-stochastic", 32)]
    [DataRow("bf16-all", 20)]
    [DataRow("fp16", 44)]
    public void TheBytesOfAKindAreThoseOfItsKernels(string name, int bytes) =>
        Assert.AreEqual(bytes, StepKind.Find(name).BytesPerParameter);

    private static LambOptimizer Twin(TestDevice device, LambVariables variables, StepKind kind) =>
        new(variables, kind.Options, null, device.Tuning, TwinKernels.Compile);

    private static LambVariables Filled(TestDevice device, StepKind kind)
    {
        // Several tiles, the last one with a rest; less than a vector; a tile.
        long[] lengths = [(2 * device.Tuning.TileLength) + 3, 3, device.Tuning.TileLength];
        LambVariables variables = StoredVariables.Allocate(
            device, kind.DataTypes.Weights, kind.DataTypes.Gradients, [.. lengths.Select(length => new float[length])]);
        AcceleratorStream stream = device.Accelerator.DefaultStream;
        foreach (LambVariable variable in variables)
        {
            Moved[] start = [.. Start(variable.Length)];
            TypedView.Write(Upper(variable.WeightView), [.. start.Select(x => x.W)], stream);
            TypedView.Write(Upper(variable.GradientView), [.. start.Select(x => x.G)], stream);
        }

        return variables;
    }

    // Whatever the format, the twin takes 16 bits for the upper half of a float32.
    private static LambView Upper(LambView array) =>
        array.DataType == LambDataType.Float16 ? array.As<Half>().Cast<BFloat16>() : array;

    private static float[] Read(LambView array, TestDevice device) =>
        TypedView.Read(Upper(array), device.Accelerator.DefaultStream);

    private static bool HasMasters(StepKind kind) =>
        kind.Options.MasterWeights && kind.DataTypes.Weights != LambDataType.Float32;

    // Small numbers: every sum is exact, in 8 bits too.
    private static IEnumerable<Moved> Start(long length) =>
        Enumerable.Range(0, (int)length).Select(i => default(Moved) with { W = (i % 5) + 10, G = (i % 7) + 1 });

    // The step before which master copies are made moves them, as it moves everything.
    private static IEnumerable<Moved> Start(long length, StepKind kind) => Start(length).Select(x =>
        HasMasters(kind) && kind.Options.WeightAccess != LambWeightAccess.Shared
            ? x with { W = -x.W / 2, Master = -x.W / 2 }
            : x);

    // What is read for a weight: the mean of the master copy and the weight, or the master copy alone.
    private static float Weight(Moved x, StepKind kind) => !HasMasters(kind) ? x.W
        : kind.Options.WeightAccess == LambWeightAccess.Shared ? (x.W + x.Master) / 2
        : x.Master;

    private static Moved Stepped(Moved x, StepKind kind, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            x = kind.Name == "accumulate"
                ? x with { A = x.G - x.A }
                : AfterApply(AfterMoments(x, kind), kind);
        }

        return x;
    }

    private static Moved AfterMoments(Moved x, StepKind kind)
    {
        float read = kind.Options.WeightAccess == LambWeightAccess.Shared ? x.G + Weight(x, kind) : x.G;
        return x with { M = read - x.M, V = read - x.V };
    }

    private static Moved AfterApply(Moved x, StepKind kind)
    {
        float moved = x.M + x.V - Weight(x, kind);
        return x with
        {
            W = moved,
            Master = HasMasters(kind) ? moved : 0,
            Average = kind.Options.UseEma ? x.M + x.V - x.Average : 0,
        };
    }

    private static void AssertEqual(float[] expected, float[] actual, string stream) =>
        CollectionAssert.AreEqual(expected, actual, stream);

    private readonly record struct Moved(float W, float G, float M, float V, float A, float Average, float Master);
}
