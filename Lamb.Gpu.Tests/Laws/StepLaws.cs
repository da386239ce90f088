using Lamb.Gpu.Configuration;
using Lamb.Gpu.Launch;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Kernels;

namespace Lamb.Gpu.Tests.Laws;

/// <summary>What holds of a step whatever the numbers are, on every accelerator.</summary>
[TestClass]
public class StepLaws
{
    public static IEnumerable<object[]> Rows => TestDevice.Rows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void TheSameInputsGiveTheSameBits(string row)
    {
        TestDevice device = TestDevice.Open(row);
        CollectionAssert.AreEqual(Bits(Train(device, device.Tuning)), Bits(Train(device, device.Tuning)));
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AVariableMovesByTheLearningRateTimesItsNorm(string row)
    {
        TestDevice device = TestDevice.Open(row);
        long[] lengths = KernelCase.LengthsFor(device);
        using LambVariables variables = device.Allocate(lengths);
        variables.Fill(1);
        float[][] before = Weights(variables);
        const double rate = 0.125;
        using LambOptimizer optimizer = device.Optimizer(variables, new LambOptions { LearningRate = rate });
        optimizer.Step();

        float[][] after = Weights(variables);
        for (int i = 0; i < variables.Count; i++)
        {
            // Each weight is rounded once, by at most 2⁻²⁴ of at most 1.2; the sums are exact to 1e-6.
            double moved = Norm(before[i].Zip(after[i], (x, y) => (double)y - x));
            double expected = rate * Norm(before[i].Select(x => (double)x));
            double rounding = 1.2 * Math.Sqrt(lengths[i]) / (1 << 24);
            Assert.AreEqual(expected, moved, (expected * 1e-6) + rounding, variables[i].Name);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void TilesOfAnotherLengthChangeNothingButRounding(string row)
    {
        TestDevice device = TestDevice.Open(row);
        long[] lengths = KernelCase.LengthsFor(device);
        float[][] one = Train(device, device.Tuning);
        float[][] other = Train(device, device.Tuning with { TileLength = 64 });
        for (int i = 0; i < one.Length; i++)
        {
            // Five steps of at most 0.05‖w‖; the trust ratios differ by the rounding of two sums, below 1e-6.
            double scale = one[i].Length == 0 ? 0 : one[i].Max(Math.Abs);
            double difference = one[i].Zip(other[i], (x, y) => Math.Abs((double)x - y)).DefaultIfEmpty(0).Max();
            Assert.IsTrue(difference <= 1e-6 * scale, $"{lengths[i]} elements: {difference} of {scale}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void GroupsThatTakeSeveralTilesChangeNoBit(string row)
    {
        // A GPU has a group for every tile; with few groups the shared memory of a tile is that of the one before.
        TestDevice device = TestDevice.Open(row);
        float[][] few = Train(device, device.Tuning with { MaxGroups = 2 });
        CollectionAssert.AreEqual(Bits(Train(device, device.Tuning)), Bits(few));
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void TheOrderOfVariablesChangesNoBit(string row)
    {
        TestDevice device = TestDevice.Open(row);
        long[] lengths = KernelCase.LengthsFor(device);
        int[] order = [.. Enumerable.Range(0, lengths.Length).OrderBy(i => (i * 7) % lengths.Length)];
        float[][] straight = Train(device, device.Tuning);
        float[][] permuted = Train(device, device.Tuning, order);
        for (int place = 0; place < order.Length; place++)
        {
            string what = $"{lengths[order[place]]} elements";
            CollectionAssert.AreEqual(straight[order[place]].Bits(), permuted[place].Bits(), what);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void BuffersOfTheCallerGiveTheBitsOfAnArena(string row)
    {
        TestDevice device = TestDevice.Open(row);
        long[] lengths = KernelCase.LengthsFor(device);
        float[][] arena = Train(device, device.Tuning);
        using var scattered = new ScatteredVariables(device.Accelerator, lengths, 0);
        CollectionAssert.AreEqual(Bits(arena), Bits(Train(device, device.Tuning, scattered.Variables)));
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ViewsThatStartAnywhereChangeNothingButRounding(string row)
    {
        TestDevice device = TestDevice.Open(row);
        long[] lengths = KernelCase.LengthsFor(device);
        float[][] arena = Train(device, device.Tuning);
        for (int shift = 1; shift <= 3; shift++)
        {
            using var scattered = new ScatteredVariables(device.Accelerator, lengths, shift);
            float[][] shifted = Train(device, device.Tuning, scattered.Variables);
            for (int i = 0; i < arena.Length; i++)
            {
                double difference = arena[i].Zip(shifted[i], (x, y) => Math.Abs((double)x - y)).DefaultIfEmpty(0).Max();
                Assert.IsTrue(difference <= 1e-6, $"{lengths[i]} elements, shifted by {shift}: {difference}");
            }

            scattered.AssertMarginsUntouched();
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ANormOfZeroGivesATrustRatioOfOne(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(300, 300, 300);
        variables[0].Gradients.Write(Values.Random(300, 1));
        variables[1].Weights.Write(Values.Random(300, 2));
        using LambOptimizer optimizer = device.Optimizer(variables);
        optimizer.Step();
        CollectionAssert.AreEqual(
            new[] { 1f, 1f, 1f }, optimizer.ReadTrustRatios().Select(ratio => ratio.TrustRatio).ToArray());
        CollectionAssert.AreEqual(Values.Random(300, 2), Weights(variables)[1], "no gradient, no decay: no change");
        Assert.AreEqual(-0.001f * MathF.Sign(Values.Random(300, 1)[7]), Weights(variables)[0][7], 1e-6f);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void GradientsStayAsTheyWere(string row)
    {
        TestDevice device = TestDevice.Open(row);
        long[] lengths = KernelCase.LengthsFor(device);
        using LambVariables variables = device.Allocate(lengths);
        variables.Fill(3);
        float[][] before = [.. variables.Select(variable => variable.Gradients.Read(device.Accelerator))];
        using LambOptimizer optimizer = device.Optimizer(variables);
        optimizer.Step();
        CollectionAssert.AreEqual(
            Bits(before), Bits([.. variables.Select(variable => variable.Gradients.Read(device.Accelerator))]));
    }

    private static float[][] Train(TestDevice device, Tuning tuning, int[]? order = null)
    {
        long[] lengths = KernelCase.LengthsFor(device);
        order ??= [.. Enumerable.Range(0, lengths.Length)];
        using LambVariables variables = device.Allocate([.. order.Select(i => lengths[i])]);
        return Train(device, tuning, variables, order);
    }

    private static float[][] Train(TestDevice device, Tuning tuning, LambVariables variables, int[]? order = null)
    {
        var options = new LambOptions { LearningRate = 0.01, WeightDecay = 0.1 };
        using var optimizer = new LambOptimizer(variables, options, null, tuning);
        for (int i = 0; i < variables.Count; i++)
        {
            variables[i].Weights.Write(Values.Random(variables[i].Length, 2 * (order?[i] ?? i)));
        }

        for (int step = 0; step < 5; step++)
        {
            for (int i = 0; i < variables.Count; i++)
            {
                int seed = 1000 + (100 * step) + (order?[i] ?? i);
                variables[i].Gradients.Write(Values.Random(variables[i].Length, seed));
            }

            optimizer.Step();
            device.Accelerator.Synchronize();
        }

        return Weights(variables);
    }

    private static float[][] Weights(LambVariables variables) =>
        [.. variables.Select(variable => variable.Weights.Read(variables.Accelerator))];

    private static int[] Bits(float[][] values) => [.. values.SelectMany(value => value.Bits())];

    private static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(value => value * value));
}
