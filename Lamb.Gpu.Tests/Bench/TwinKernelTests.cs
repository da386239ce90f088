using Lamb.Gpu.Bench.Roofline;
using Lamb.Gpu.Bench.Roofline.Twin;
using Lamb.Gpu.Tests.Accelerators;

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
        using LambVariables variables = Filled(device);
        using LambOptimizer twin = Twin(device, variables, kind);
        const int steps = 3;
        for (int step = 0; step < steps; step++)
        {
            twin.Step();
        }

        foreach (LambVariable variable in variables)
        {
            Moved[] expected = [.. Start(variable.Length).Select(x => Stepped(x, kind, steps))];
            AssertEqual([.. expected.Select(x => x.W)], variable.Weights.Read(device.Accelerator), "w");
            AssertEqual([.. expected.Select(x => x.G)], variable.Gradients.Read(device.Accelerator), "g");
            AssertEqual([.. expected.Select(x => x.M)], twin.FirstMoment(variable).Read(device.Accelerator), "m");
            AssertEqual([.. expected.Select(x => x.V)], twin.SecondMoment(variable).Read(device.Accelerator), "v");
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
        using LambVariables variables = Filled(device);
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
    public void TheBytesOfAKindAreThoseOfItsKernels(string name, int bytes) =>
        Assert.AreEqual(bytes, StepKind.Find(name).BytesPerParameter);

    private static LambOptimizer Twin(TestDevice device, LambVariables variables, StepKind kind) =>
        new(variables, kind.Options, null, device.Tuning, TwinKernels.Compile);

    private static LambVariables Filled(TestDevice device)
    {
        // Several tiles, the last one with a rest; less than a vector; a tile.
        LambVariables variables = device.Allocate(
            (2 * device.Tuning.TileLength) + 3, 3, device.Tuning.TileLength);
        foreach (LambVariable variable in variables)
        {
            Moved[] start = [.. Start(variable.Length)];
            variable.Weights.Write([.. start.Select(x => x.W)]);
            variable.Gradients.Write([.. start.Select(x => x.G)]);
        }

        return variables;
    }

    // Small whole numbers: every sum is exact.
    private static IEnumerable<Moved> Start(long length) =>
        Enumerable.Range(0, (int)length).Select(i => default(Moved) with { W = (i % 5) + 10, G = (i % 7) + 1 });

    private static Moved Stepped(Moved x, StepKind kind, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            x = kind.Name == "accumulate"
                ? x with { A = x.G - x.A }
                : AfterApply(AfterMoments(x, kind), kind.Options.UseEma);
        }

        return x;
    }

    private static Moved AfterMoments(Moved x, StepKind kind)
    {
        float read = kind.Options.WeightAccess == LambWeightAccess.Shared ? x.G + x.W : x.G;
        return x with { M = read - x.M, V = read - x.V };
    }

    private static Moved AfterApply(Moved x, bool averages) => x with
    {
        W = x.M + x.V - x.W,
        Average = averages ? x.M + x.V - x.Average : 0,
    };

    private static void AssertEqual(float[] expected, float[] actual, string stream) =>
        CollectionAssert.AreEqual(expected, actual, stream);

    private readonly record struct Moved(float W, float G, float M, float V, float A, float Average);
}
