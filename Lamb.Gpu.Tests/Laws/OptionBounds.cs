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
    // more, since no moment cancels; four more where decay comes in and where gradients are not averaged. A scale of 2
    // is room for weights that have shrunk to half of what the roundings were of.
    private const double MomentBound = 2 * (5e-7 + (55 * RoundingUnit));

    // A weight moves by at most a tenth of itself, ten times, and takes five roundings a call.
    private const double WeightBound = 2 * ((0.1 * Calls * (MomentBound + 1e-6)) + (5 * Calls * RoundingUnit));

    // Where its own norm does not limit how far it moves, it keeps the direction of its gradients, and so its way is no
    // longer than twice the largest it has been, and half of that again for what decays.
    private const double FreeBound = 2 * ((2.5 * (MomentBound + 1e-6)) + (5 * Calls * RoundingUnit));

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
            using var both = KernelCase.Of(Device, played);
            var largest = new LargestWeights();
            for (int call = 0; call < Calls; call++)
            {
                both.Step(played.Given(call));
                worst = Math.Max(worst, Compare(both, played, largest));
            }
        });
        TestContext.WriteLine(
            $"weights at most {worst:g3} of the largest away; {WeightBound:g3} allowed, {FreeBound:g3} without ratio");
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
            var largest = new LargestWeights();
            for (int update = 0; update < 3; update++)
            {
                float[]?[][] micro =
                    [.. Enumerable.Range(update * played.Window, played.Window).Select(call => trained.All(call))];
                foreach (float[]?[] gradients in micro)
                {
                    window.Step(gradients);
                }

                single.Step([.. trained.Specs.Select((spec, i) => Mean([.. micro.Select(all => all[i]!)]))]);
                largest.AssertClose(single.Weights(), window.Weights(), 2 * BoundOf(played), $"update {update}");
            }
        });

    [TestMethod]
    public void AnyFactorThatScalesTheLossChangesNothingButRounding() => RandomCases.Check(
        120, Gen.Select(OptionCase.Any, Gen.Double[0.001, 1000]), (played, factor) =>
        {
            LambOptions plain = played.Options with { DynamicLossScale = null, LossScaleFactor = null };
            using OptionRun none = played.Start(Device, plain);
            using OptionRun scaled = played.Start(Device, plain with { LossScaleFactor = factor });
            var largest = new LargestWeights();
            for (int call = 0; call < Calls; call++)
            {
                none.Step(played.Gradients(call));
                scaled.Step(played.Gradients(call, factor));
                largest.AssertClose(none.Weights(), scaled.Weights(), 2 * BoundOf(played), $"call {call}");
            }
        });

    [TestMethod]
    public void WeightsOfTheOptimizerAloneTakeTheSameStepsButForTheRoundingOfTheirNorm() =>
        RandomCases.Check(200, OptionCase.Any, played =>
        {
            using OptionRun shared = played.Start(
                Device, played.Decoupled with { WeightAccess = LambWeightAccess.Shared });
            using OptionRun exclusive = played.Start(
                Device, played.Decoupled with { WeightAccess = LambWeightAccess.Exclusive });
            var largest = new LargestWeights();
            for (int call = 0; call < Calls; call++)
            {
                shared.Step(played.Given(call));
                exclusive.Step(played.Given(call));
                AssertSameMoments(shared.Optimizer, exclusive.Optimizer, $"call {call}");
                largest.AssertClose(shared.Weights(), exclusive.Weights(), NormBound, $"call {call}");
            }
        });

    [TestMethod]
    public void AVariableMovesByTheRateTimesItsNormWhereNothingElseMovesIt() =>
        RandomCases.Check(150, Constant, played =>
        {
            LambOptions options = WithPlainRatios(played.Options) with
            {
                EmaOverwriteFrequency = null,
                WeightDecay = null,
            };
            OptionCase adapting = played with
            {
                Specs = [.. played.Specs.Select(spec => spec with { ExcludeFromTrustRatio = false })],
            };
            using OptionRun run = adapting.Start(Device, options);
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

    private static LambOptions WithPlainRatios(LambOptions options) => options with
    {
        BiasCorrection = LambBiasCorrection.None,
        TrustRatioScope = LambTrustRatioScope.All,
        TrustRatioMin = 0,
        TrustRatioMax = double.PositiveInfinity,
        WeightNormMin = 0,
        WeightNormMax = double.PositiveInfinity,
    };

    private static double BoundOf(OptionCase played) => played.MovesByItsNorm ? WeightBound : FreeBound;

    private static double Compare(KernelCase both, OptionCase played, LargestWeights largest)
    {
        LambOptions options = played.Options;
        Assert.AreEqual(both.Reference.RawIterations, both.Optimizer.RawIterations);
        Assert.AreEqual(both.Reference.Iterations, both.Optimizer.Iterations);
        if (both.LossScale is { } scale)
        {
            Assert.AreEqual(
                new LambLossScale((float)scale.DynamicScale, scale.StepCounter), both.Optimizer.ReadLossScale());
        }

        CompareState(both, options);
        double worst = largest.AssertClose(
            both.Reference.Weights,
            LargestWeights.Widen(both.Variables.Select(v => v.Weights.Read(Device.Accelerator))),
            BoundOf(played),
            "weights");
        if (options.UseEma)
        {
            largest.AssertClose(
                [.. both.Reference.Variables.Select(v => v.Average)],
                LargestWeights.Widen(both.Variables.Select(v => v.OverwriteWithGradient
                    ? new float[v.Length]
                    : both.Optimizer.Average(v).Read(Device.Accelerator))),
                BoundOf(played),
                "averages");
        }

        return worst;
    }

    private static void CompareState(KernelCase both, LambOptions options)
    {
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
