using CsCheck;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Laws;

/// <summary>What holds to the bit for every combination of options, drawn at random from a fixed seed.</summary>
[TestClass]
public class OptionLaws
{
    private const int Calls = OptionCase.Calls;

    private static TestDevice Device => TestDevice.Cpu;

    [TestMethod]
    public void TheSameInputsGiveTheSameBits() => RandomCases.Check(200, OptionCase.Mixed, played =>
    {
        using OptionRun one = played.Start(Device), other = played.Start(Device);
        for (int call = 0; call < Calls; call++)
        {
            CollectionAssert.AreEqual(
                one.Step(played.Given(call)).Bits(), other.Step(played.Given(call)).Bits(), $"call {call}");
        }
    });

    [TestMethod]
    public void AStepThatIsSkippedChangesNothingButTheScale() => RandomCases.Check(200, Scaled, played =>
    {
        using OptionRun run = played.Start(Device);
        for (int call = 0; call < Calls; call++)
        {
            long[] before = run.Bits(IsNotOfTheScale);
            IReadOnlyList<LambTrustRatio> ratios = run.Optimizer.ReadTrustRatios();
            float scale = run.Optimizer.ReadLossScale().Scale;
            run.Step(played.Poisoned(call));
            CollectionAssert.AreEqual(before, run.Bits(IsNotOfTheScale), $"call {call}");
            CollectionAssert.AreEqual(ratios.ToArray(), run.Optimizer.ReadTrustRatios().ToArray());
            Assert.AreEqual(new LambLossScale(scale / 2, 0), run.Optimizer.ReadLossScale());
            run.Step(played.Gradients(call));
        }

        Assert.AreEqual(Calls, run.Optimizer.RawIterations);
    });

    [TestMethod]
    public void SavingAndLoadingAtAnyMomentChangesNoBit() =>
        RandomCases.Check(300, Gen.Select(OptionCase.Mixed, Gen.Int[0, Calls - 1]), (played, moment) =>
        {
            using OptionRun straight = played.Start(Device), saved = played.Start(Device);
            for (int call = 0; call < Calls; call++)
            {
                if (call == moment)
                {
                    saved.SaveAndGoOnElsewhere(other => Wander(other, played));
                    CollectionAssert.AreEqual(straight.Bits(), saved.Bits(), "as loaded");
                }

                straight.Step(played.Given(call));
                saved.Step(played.Given(call));
                CollectionAssert.AreEqual(straight.Bits(), saved.Bits(), $"saved before call {moment}, call {call}");
            }
        });

    [TestMethod]
    public void APowerOfTwoThatScalesTheLossChangesNoBit() =>
        RandomCases.Check(120, Gen.Select(OptionCase.Any, Gen.Int[-10, 15]), (played, power) =>
        {
            // What is divided by a power of two, and multiplied by it before, has the bits that it had.
            double factor = Math.Pow(2, power);
            LambOptions plain = played.Options with { DynamicLossScale = null, LossScaleFactor = null };
            using OptionRun none = played.Start(Device, plain);
            using OptionRun scaled = played.Start(Device, plain with { LossScaleFactor = factor });
            using OptionRun adapting = played.Start(
                Device,
                plain with
                {
                    DynamicLossScale = new LambDynamicLossScale { InitialScale = factor, DynamicGrowthSteps = 3 },
                });
            for (int call = 0; call < Calls; call++)
            {
                adapting.Step(played.Gradients(call, adapting.Optimizer.ScaleLoss(1)));
                long[] expected = none.Step(played.Gradients(call)).Bits();
                CollectionAssert.AreEqual(expected, scaled.Step(played.Gradients(call, factor)).Bits(), "fixed");
                CollectionAssert.AreEqual(
                    Bits(none.Weights()), Bits(adapting.Weights()), $"adapting, call {call}");
            }
        });

    [TestMethod]
    public void LookingWhetherWeightsChangedChangesNoBit() => RandomCases.Check(120, OptionCase.Any, played =>
    {
        LambOptions exclusive = played.Decoupled with { WeightAccess = LambWeightAccess.Exclusive };
        LambOptions isChecked = exclusive with { WeightAccess = LambWeightAccess.ExclusiveChecked };
        using OptionRun one = played.Start(Device, exclusive), other = played.Start(Device, isChecked);
        using OptionRun told = played.Start(Device, exclusive);
        for (int call = 0; call < Calls; call++)
        {
            long[] expected = one.Step(played.Given(call)).Bits();
            CollectionAssert.AreEqual(expected, other.Step(played.Given(call)).Bits(), $"checked, call {call}");
            told.Optimizer.NotifyWeightsChanged();
            CollectionAssert.AreEqual(expected, told.Step(played.Given(call)).Bits(), $"told, call {call}");
        }
    });

    // But for the global norm, whose terms are added in the order of the variables.
    [TestMethod]
    public void TheOrderOfVariablesChangesNoBit() => RandomCases.Check(
        120, OptionCase.Any.Where(played => played.Options is { GlobalClipNorm: null, NormalizeGradients: false }),
        played =>
        {
            int[] order = [.. Enumerable.Range(0, played.Specs.Count).OrderBy(i => ((i * 7) + played.Seed) % 11)];
            using OptionRun straight = played.Start(Device);
            using var permuted = new OptionRun(Device, played, played.Options, order);
            for (int call = 0; call < Calls; call++)
            {
                float[]?[] gradients = played.Given(call);
                straight.Step(gradients);
                permuted.Step([.. order.Select(i => gradients[i])]);
                float[][] expected = straight.Weights();
                CollectionAssert.AreEqual(
                    Bits([.. order.Select(i => expected[i])]), Bits(permuted.Weights()), $"call {call}");
            }
        });

    private static Gen<OptionCase> Scaled =>
        OptionCase.Mixed.Where(played => played.Options.DynamicLossScale != null);

    // Leaves counters, windows, averages and the loss scale somewhere else.
    private static void Wander(OptionRun run, OptionCase played)
    {
        for (int call = 100; call < 100 + (played.Seed % 7); call++)
        {
            run.Step(played.Given(call));
        }
    }

    // Where only the optimizer writes weights, a master copy takes them in the first call, skipped or not.
    private static bool IsNotOfTheScale(LambStateValue value) => value.Name is not ("dynamic_scale" or "step_counter")
        && !value.Name.EndsWith("_master_weights", StringComparison.Ordinal);

    private static int[] Bits(float[][] values) => [.. values.SelectMany(value => value.Bits())];
}
