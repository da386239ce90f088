using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Reference;

namespace Lamb.Gpu.Tests.Laws;

/// <summary>Many steps over many awkward variables: no race, no element too many or too few.</summary>
[TestClass]
public class StressLaws
{
    private const int MostSteps = 1500;
    private const int Comparisons = 5;

    private static readonly Dictionary<string, LambOptions> Cases = new()
    {
        ["plain"] = new() { LearningRate = 1e-4 },
        ["everything"] = new()
        {
            LearningRate = 1e-4,
            WeightDecay = 0.01,
            GlobalClipNorm = 1,
            GradientAccumulationSteps = 2,
            UseEma = true,
            EmaMomentum = 0.9,
            EmaOverwriteFrequency = 7,
        },
    };

    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> Rows => TestDevice.Rows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void TwoOptimizersThatTakeTurnsKeepTheSameBitsAndTheReference(string row)
    {
        TestDevice device = TestDevice.Open(row);
        foreach ((string name, LambOptions options) in Cases)
        {
            using var stress = new StressCase(device);
            int steps = (int)Math.Clamp(device.Effort / stress.Lengths.Sum(), 2 * Comparisons, MostSteps);
            RoundingBounds bounds = TakeTurns(stress, options, steps, name);
            double worst = CompareWithReference(stress, options, steps, bounds.Weight, name);
            TestContext.WriteLine($"{name}: {steps} steps, weights {worst:g2} of the largest away, at most "
                + $"{bounds.Weight:g2} allowed");
        }
    }

    private static RoundingBounds TakeTurns(StressCase stress, LambOptions options, int steps, string name)
    {
        var bounds = new RoundingBounds(options, machines: 1);
        using var one = new LambOptimizer(stress.Pair[0], options, null, stress.Tuning);
        using var other = new LambOptimizer(stress.Pair[1], options, null, stress.Tuning);
        for (int step = 0; step < steps; step++)
        {
            stress.Load(step);
            long updates = one.Iterations;
            one.Step();
            other.Step();
            bounds.Take(one.Iterations > updates);
            if ((step + 1) % (steps / Comparisons) == 0)
            {
                float[] weights = stress.ReadWeights(0);
                CollectionAssert.AreEqual(weights.Bits(), stress.ReadWeights(1).Bits(), $"{name}, step {step}");
                stress.AssertMarginsUntouched(weights);
            }
        }

        CollectionAssert.AreEqual(Bits(one), Bits(other), name);
        return bounds;
    }

    private static double CompareWithReference(
        StressCase stress, LambOptions options, int steps, double bound, string name)
    {
        LambReference reference = ReferenceOf(stress, options);
        double[][][] gradients = [.. Enumerable.Range(0, StressCase.GradientSets).Select(stress.GradientsOf)];
        var largest = new double[stress.Lengths.Length];
        for (int step = 0; step < steps; step++)
        {
            NoteLargest(reference, largest);
            reference.Step(gradients[step % gradients.Length]);
        }

        NoteLargest(reference, largest);
        double[][] weights = stress.Parts(stress.ReadWeights(0));
        double worst = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            double difference = weights[i].Zip(reference.Weights[i], (x, y) => Math.Abs(x - y)).DefaultIfEmpty(0).Max();
            worst = Math.Max(worst, difference == 0 ? 0 : difference / largest[i]);
            Assert.IsTrue(
                difference <= bound * largest[i],
                $"{name}, variable {i} of {weights[i].Length} elements: {difference:g3} of {largest[i]:g3}");
        }

        return worst;
    }

    private static void NoteLargest(LambReference reference, double[] largest)
    {
        for (int i = 0; i < largest.Length; i++)
        {
            foreach (double weight in reference.Weights[i])
            {
                largest[i] = Math.Max(largest[i], Math.Abs(weight));
            }
        }
    }

    private static LambReference ReferenceOf(StressCase stress, LambOptions options) => new(
        stress.Parts(stress.InitialWeights).Select((weights, i) =>
            new ReferenceVariable($"v{i}", [weights.Length], weights)
            {
                Decays = !stress.Pair[0][i].ExcludeFromWeightDecay,
            }),
        new ReferenceOptions
        {
            LearningRate = options.LearningRate,
            WeightDecay = options.WeightDecay,
            GlobalClipNorm = options.GlobalClipNorm,
            GradientAccumulationSteps = options.GradientAccumulationSteps,
            UseEma = options.UseEma,
            EmaMomentum = options.EmaMomentum,
            EmaOverwriteFrequency = options.EmaOverwriteFrequency,
        });

    private static long[] Bits(LambOptimizer optimizer) =>
        [.. optimizer.SaveState().SelectMany(value => value.Values).Select(BitConverter.DoubleToInt64Bits)];
}
