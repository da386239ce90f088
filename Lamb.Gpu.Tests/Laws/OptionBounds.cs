using CsCheck;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Kernels;

namespace Lamb.Gpu.Tests.Laws;

/// <summary>What holds but for rounding for every combination of options, drawn at random from a fixed seed.</summary>
[TestClass]
public class OptionBounds
{
    private const int Calls = OptionCase.Calls;
    private const double RoundingUnit = 1.0 / (1 << 24);

    // A moment takes four roundings a call, a gradient seven before it (its mean, scale, norm and clip), and both norms
    // and the clip norm are exact to 5e-7: m is off by 5e-7 and 11 + 4·10 roundings at most, v by twice that, u by no
    // more, since no moment cancels. A weight moves by at most a tenth of itself, ten times, and takes five roundings a
    // call. A scale of 2 is room for weights that have shrunk to half of what the roundings were of.
    private const double MomentBound = 2 * (5e-7 + (51 * RoundingUnit));
    private const double WeightBound = 2 * ((0.1 * Calls * (MomentBound + 1e-6)) + (5 * Calls * RoundingUnit));

    // Two runs with the same moments, and with norms of their own, each exact to 5e-7; where 1 − λη is squared that
    // takes four roundings more. A weight moves by a tenth of what is off by so much, and each side takes five
    // roundings a call.
    private const double NormBound = 2 * ((0.1 * Calls * (1e-6 + (4 * RoundingUnit))) + (2 * 5 * Calls * RoundingUnit));

    public TestContext TestContext { get; set; } = null!;

    private static TestDevice Device => TestDevice.Cpu;

    [TestMethod]
    public void TheLibraryDoesWhatTheReferenceDoes()
    {
        double worst = 0;
        RandomCases.Check(200, OptionCase.Any, played =>
        {
            using var both = new KernelCase(Device, played.Options, [.. played.Specs]);
            for (int call = 0; call < Calls; call++)
            {
                both.Step(played.Given(call));
                worst = Math.Max(worst, Compare(both, played.Options));
            }
        });
        TestContext.WriteLine($"weights at most {worst:g3} of the largest away; {WeightBound:g3} allowed");
    }

    [TestMethod]
    public void MicroStepsAreOneStepOnTheirMean() => RandomCases.Check(
        120, Constant.Where(played => played.Window > 1 && !played.Options.UseEma), played =>
        {
            // Neither an average, which moves on micro-steps, nor a schedule, which counts them. What overwrites is
            // gathered by its maximum.
            LambOptions options = played.Options with { DynamicLossScale = null };
            OptionCase trained = played with
            {
                Specs = [.. played.Specs.Select(spec => spec with { OverwriteWithGradient = false })],
            };
            using OptionRun window = trained.Start(Device, options);
            using OptionRun single = trained.Start(Device, options with { GradientAccumulationSteps = null });
            for (int update = 0; update < 3; update++)
            {
                float[]?[][] micro =
                    [.. Enumerable.Range(update * played.Window, played.Window).Select(call => trained.All(call))];
                foreach (float[]?[] gradients in micro)
                {
                    window.Step(gradients);
                }

                single.Step([.. trained.Specs.Select((spec, i) => Mean([.. micro.Select(all => all[i]!)]))]);
                AssertClose(single.Weights(), window.Weights(), $"update {update}");
            }
        });

    [TestMethod]
    public void AnyFactorThatScalesTheLossChangesNothingButRounding() => RandomCases.Check(
        120, Gen.Select(OptionCase.Any, Gen.Double[0.001, 1000]), (played, factor) =>
        {
            LambOptions plain = played.Options with { DynamicLossScale = null, LossScaleFactor = null };
            using OptionRun none = played.Start(Device, plain);
            using OptionRun scaled = played.Start(Device, plain with { LossScaleFactor = factor });
            for (int call = 0; call < Calls; call++)
            {
                none.Step(played.Gradients(call));
                scaled.Step(played.Gradients(call, factor));
                AssertClose(none.Weights(), scaled.Weights(), $"call {call}");
            }
        });

    [TestMethod]
    public void WeightsOfTheOptimizerAloneTakeTheSameStepsButForTheRoundingOfTheirNorm() =>
        RandomCases.Check(200, OptionCase.Any, played =>
        {
            using OptionRun shared = played.Start(
                Device, played.Options with { WeightAccess = LambWeightAccess.Shared });
            using OptionRun exclusive = played.Start(
                Device, played.Options with { WeightAccess = LambWeightAccess.Exclusive });
            for (int call = 0; call < Calls; call++)
            {
                shared.Step(played.Given(call));
                exclusive.Step(played.Given(call));
                AssertSameMoments(shared.Optimizer, exclusive.Optimizer, $"call {call}");
                AssertClose(shared.Weights(), exclusive.Weights(), NormBound, $"call {call}");
            }
        });

    [TestMethod]
    public void AVariableMovesByTheRateTimesItsNormWhereNothingElseMovesIt() =>
        RandomCases.Check(150, Constant, played =>
        {
            LambOptions options = played.Options with { EmaOverwriteFrequency = null, WeightDecay = null };
            using OptionRun run = played.Start(Device, options);
            for (int call = 0; call < Calls; call++)
            {
                float[][] before = run.Weights();
                long iterations = run.Optimizer.Iterations;
                float[]?[] gradients = played.Given(call);
                run.Step(gradients);
                bool isUpdate = run.Optimizer.Iterations > iterations;
                float[][] after = run.Weights();
                for (int i = 0; i < before.Length; i++)
                {
                    bool moves = isUpdate && gradients[i] != null && !played.Specs[i].OverwriteWithGradient;
                    AssertMoved(before[i], after[i], moves ? options.LearningRate.Number!.Value : 0, played, i);
                }
            }
        });

    private static Gen<OptionCase> Constant =>
        OptionCase.Any.Where(played => played.Options.LearningRate.Number != null);

    private static double Compare(KernelCase both, LambOptions options)
    {
        Assert.AreEqual(both.Reference.RawIterations, both.Optimizer.RawIterations);
        Assert.AreEqual(both.Reference.Iterations, both.Optimizer.Iterations);
        if (both.LossScale is { } scale)
        {
            Assert.AreEqual(
                new LambLossScale((float)scale.DynamicScale, scale.StepCounter), both.Optimizer.ReadLossScale());
        }

        LambOptimizer optimizer = both.Optimizer;
        both.AssertClose(
            both.Reference.FirstMoments, v => optimizer.FirstMoment(v).Read(Device.Accelerator), MomentBound);
        both.AssertClose(
            both.Reference.SecondMoments, v => optimizer.SecondMoment(v).Read(Device.Accelerator), 2 * MomentBound);
        if (options.GradientAccumulationSteps > 0)
        {
            both.AssertClose(
                [.. both.Reference.Variables.Select(v => v.Accumulator)],
                both.Saved("gradient_accumulator"),
                MomentBound);
        }

        if (options.UseEma)
        {
            both.AssertClose(
                [.. both.Reference.Variables.Select(v => v.Average)],
                v => v.OverwriteWithGradient ? new float[v.Length] : optimizer.Average(v).Read(Device.Accelerator),
                WeightBound);
        }

        both.AssertWeights(WeightBound);
        return both.Variables.Zip(both.Reference.Weights, (v, expected) => Error(
            [.. v.Weights.Read(Device.Accelerator).Select(weight => (double)weight)], expected)).Max();
    }

    private static void AssertSameMoments(LambOptimizer expected, LambOptimizer actual, string when)
    {
        foreach ((LambStateValue one, LambStateValue other) in expected.SaveState().Zip(actual.SaveState()))
        {
            bool isMoment = one.Name.EndsWith("_momentum", StringComparison.Ordinal)
                || one.Name.EndsWith("_velocity", StringComparison.Ordinal);
            CollectionAssert.AreEqual(
                isMoment ? one.Values.ToArray() : [], isMoment ? other.Values.ToArray() : [], $"{when}, {one.Name}");
        }
    }

    // Both sides may be off.
    private static void AssertClose(float[][] expected, float[][] actual, string when) =>
        AssertClose(expected, actual, 2 * WeightBound, when);

    private static void AssertClose(float[][] expected, float[][] actual, double bound, string when)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Error([.. actual[i].Select(x => (double)x)], [.. expected[i].Select(x => (double)x)]);
            Assert.IsTrue(error <= bound, $"{when}, variable {i}: {error:g3} of the largest weight");
        }
    }

    private static double Error(double[] actual, double[] expected) =>
        actual.Zip(expected, (x, y) => Math.Abs(x - y)).DefaultIfEmpty(0).Max()
        / expected.Select(Math.Abs).Where(x => x > 0).DefaultIfEmpty(1).Max();

    private static void AssertMoved(float[] before, float[] after, double rate, OptionCase played, int index)
    {
        if (played.Specs[index].OverwriteWithGradient)
        {
            return;
        }

        // The norms are exact to 5e-7 each, and each weight is rounded once.
        double moved = Norm(before.Zip(after, (x, y) => (double)y - x)), norm = Norm(before.Select(x => (double)x));
        double rounding = rate == 0 ? 0 : (2 * 1e-6 * rate * norm) + (1.2 * norm * RoundingUnit);
        double difference = Math.Abs(moved - (rate * norm));
        Assert.IsTrue(difference <= rounding, $"variable {index} moved by {moved:g9} of {norm:g9}, rate {rate:g9}");
    }

    private static float[] Mean(float[][] gradients) =>
        [.. gradients[0].Select((_, i) => (float)gradients.Average(gradient => (double)gradient[i]))];

    private static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(value => value * value));
}
