using ILGPU.Runtime;
using Lamb.Gpu.Configuration;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Kernels;

namespace Lamb.Gpu.Tests.State;

/// <summary>The device finds the scalars of its own iteration, however far it lags behind the host.</summary>
[TestClass]
public class ScalarHistoryTests
{
    private const int Calls = 5000;

    private static readonly float[][] Finite = [[1f], [0.5f, -1f, 0.75f]], BadOnes = [[1f], [0.5f, float.NaN, 0.75f]];

    [TestMethod]
    public void ADeviceThatLagsByThousandsOfStepsTakesItsOwnRate()
    {
        // Every other call is skipped: at the end the device is half of them behind, more than the first history has.
        int calls = Thorough.Choose(quick: 2200, Calls);
        var options = new LambOptions
        {
            LearningRate = new Sawtooth(),
            DynamicLossScale = new LambDynamicLossScale { InitialScale = 4, DynamicGrowthSteps = 1 },
        };
        using var both = new KernelCase(TestDevice.Cpu, options, 1, 3);
        float[][] finite = [[1f], [0.5f, -1f, 0.75f]], bad = [[1f], [0.5f, float.NaN, 0.75f]];
        for (int call = 0; call < calls; call++)
        {
            float before = Weight(both);
            both.Step(call % 2 == 0 ? bad : finite);

            // One weight moves by η of itself; the trust ratio, the product and the difference are rounded.
            double rate = call % 2 == 0 ? 0 : options.LearningRate.Schedule!.RateAt(call / 2);
            Assert.AreEqual(rate, Math.Abs((Weight(both) - before) / before), 3.0 / (1 << 24), $"call {call}");
        }

        Assert.AreEqual(calls / 2, both.Optimizer.RawIterations);
        Assert.AreEqual(new LambLossScale(4, 0), both.Optimizer.ReadLossScale());

        // The roundings of a step, one of the weight and a tenth of one of its update, all in the worst direction.
        both.AssertWeights(1.1 * calls / 2 / (1 << 24));
    }

    public static IEnumerable<object[]> Rows => TestDevice.Rows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AGoodStepAfterThousandsThatWereSkippedAtTheLeastScaleIsThatOfItsIteration(string row)
    {
        TestDevice device = TestDevice.Open(row);
        int skips = device.IsSimulated ? Thorough.Choose(quick: 300, thorough: 1500) : Calls;
        var options = new LambOptions
        {
            LearningRate = new Sawtooth(),
            UseEma = true,
            EmaMomentum = 0.75,
            DynamicLossScale = new LambDynamicLossScale { InitialScale = 4, MinScale = 2, DynamicGrowthSteps = 3 },
        };
        using var both = new KernelCase(device, options, 1, 3);
        for (int round = 0; round < 2; round++)
        {
            for (int call = 0; call < 4; call++)
            {
                both.Step(Finite);
            }

            for (int call = 0; call < skips; call++)
            {
                both.Optimizer.StepWith(both.Variables, BadOnes);
            }

            // The reference has no limit to its scale.
            Assert.AreEqual(2f, both.Optimizer.ReadLossScale().Scale);
            Assert.AreEqual(skips, both.Optimizer.SkippedInARow);
            (both.LossScale!.DynamicScale, both.LossScale.StepCounter) = (2, 0);
            both.Step([2f], [1f, -0.5f, 0.75f]);
            both.AssertWeights(10 * (round + 1) * 3.0 / (1 << 24));
            both.AssertClose(
                [.. both.Reference.Variables.Select(variable => variable.Average)],
                variable => both.Optimizer.Average(variable).Read(device.Accelerator),
                10 * (round + 1) * 3.0 / (1 << 24));
            both.AssertClose(
                both.Reference.FirstMoments,
                variable => both.Optimizer.FirstMoment(variable).Read(device.Accelerator),
                10 * (round + 1) * 3.0 / (1 << 24));
            Assert.AreEqual(5 * (round + 1), both.Optimizer.RawIterations);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AScaleThatIsSetAgainAndAgainDoesNotLoseTheIteration(string row)
    {
        // What a caller does who keeps the scale at 1 or more.
        TestDevice device = TestDevice.Open(row);
        var options = new LambOptions { LearningRate = new Sawtooth(), DynamicLossScale = new() { InitialScale = 4 } };
        using var both = new KernelCase(device, options, 1, 3);
        both.Step(Finite);
        int skips = device.IsSimulated ? Thorough.Choose(quick: 300, thorough: 1100) : 1100;
        for (int call = 0; call < skips; call++)
        {
            both.Optimizer.StepWith(both.Variables, BadOnes);
            if (call % 2 == 1)
            {
                both.Optimizer.SetLossScale(4);
            }
        }

        both.Step(Finite);
        Assert.AreEqual(2, both.Optimizer.RawIterations);
        both.AssertWeights(2 * 3.0 / (1 << 24));
    }

    [TestMethod]
    public void WhereTheHostAloneCountsNothingIsKept()
    {
        List<string> allocated = [];
        using LambVariables variables = TestDevice.Cpu.Allocate(1);
        using var optimizer = new LambOptimizer(
            variables,
            new LambOptions { GlobalClipNorm = 1 },
            null,
            TestDevice.Cpu.Tuning,
            watch: (what, _) => allocated.Add(what));
        allocated.Clear();
        for (int call = 0; call < 100; call++)
        {
            optimizer.StepWith(variables, [1f]);
        }

        Assert.IsEmpty(allocated, string.Join(", ", allocated));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void TheHistoryGrowsOnlyWhereAFunctionGivesABeta(bool fromFunction)
    {
        // Of other numbers none older than what the device has told of itself is asked for.
        var options = new LambOptions
        {
            LearningRate = new Sawtooth(),
            Beta1 = fromFunction ? LambBeta.FromFunc(() => 0.9) : 0.9,
            DynamicLossScale = new LambDynamicLossScale { InitialScale = 4, MinScale = 4 },
        };
        List<string> allocated = [];
        using LambVariables variables = TestDevice.Cpu.Allocate(1);
        using var optimizer = new LambOptimizer(
            variables, options, null, TestDevice.Cpu.Tuning, watch: (what, _) => allocated.Add(what));
        allocated.Clear();
        for (int call = 0; call < Calls; call++)
        {
            optimizer.StepWith(variables, [float.NaN]);
        }

        // From 1024 to 2048, 4096 and 8192.
        Assert.HasCount(fromFunction ? 3 : 0, allocated, string.Join(", ", allocated));
        optimizer.StepWith(variables, [1f]);
        Assert.AreEqual(1, optimizer.RawIterations);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void SavingAfterSkippedStepsChangesNoBitOfWhatComes(bool fromFunction) => CollectionAssert.AreEqual(
        AverageAfterSkips(fromFunction, _ => { }),
        AverageAfterSkips(fromFunction, optimizer => optimizer.SaveState()));

    // Where a function gives a beta, the host does not learn how far the device is: 1,024 and 2,048 fill the history.
    [TestMethod]
    [DataRow(5, false)]
    [DataRow(1023, true)]
    [DataRow(1024, true)]
    [DataRow(1025, true)]
    [DataRow(2048, true)]
    public void AScheduleThatIsSetHoldsForWhatTheDeviceHasNotReachedYet(int skips, bool fromFunction)
    {
        var options = new LambOptions
        {
            LearningRate = new PiecewiseConstantDecay([1000], [0.5, 0.5]),
            Beta1 = fromFunction ? LambBeta.FromFunc(() => 0.9) : 0.9,
            DynamicLossScale = new LambDynamicLossScale { InitialScale = 4, MinScale = 4 },
        };
        using LambVariables variables = TestDevice.Cpu.Allocate(1);
        variables[0].Weights.Write([1f]);
        using LambOptimizer optimizer = TestDevice.Cpu.Optimizer(variables, options);
        for (int call = 0; call < skips; call++)
        {
            optimizer.StepWith(variables, [float.NaN]);
        }

        optimizer.LearningRate = new PiecewiseConstantDecay([0], [0.25, 0.125]);
        optimizer.StepWith(variables, [1f]);
        Assert.AreEqual(0.75f, variables[0].Weights.Read(variables.Accelerator)[0], 1e-6f);
        optimizer.StepWith(variables, [1f]);
        Assert.AreEqual(0.75f * 0.875f, variables[0].Weights.Read(variables.Accelerator)[0], 1e-6f);
    }

    // In 16 bits, rounded by chance; the caller changes the beta while the device lags two steps behind.
    private static int[] AverageAfterSkips(bool fromFunction, Action<LambOptimizer> save)
    {
        double beta = 0.9;
        var spec = new LambVariableSpec("v", [50]) { WeightDataType = LambDataType.BFloat16 };
        using LambVariables variables = LambVariables.Allocate(TestDevice.Cpu.Accelerator, spec);
        variables[0].WeightView.As<BFloat16>().CopyFromCPU([.. Enumerable.Repeat((BFloat16)1f, 50)]);
        using LambOptimizer optimizer = TestDevice.Cpu.Optimizer(variables, new LambOptions
        {
            LearningRate = 0.1,
            Beta1 = fromFunction ? LambBeta.FromFunc(() => beta) : 0.9,
            MasterWeights = false,
            WeightRounding = LambRounding.Stochastic,
            UseEma = true,
            DynamicLossScale = new LambDynamicLossScale { InitialScale = 4 },
        });
        float[] finite = [.. Enumerable.Range(1, 50).Select(i => i / 50f)], bad = [.. finite[1..], float.NaN];
        for (int call = 0; call < 8; call++)
        {
            optimizer.StepWith(variables, [call is 1 or 2 ? bad : finite]);
            beta = call == 3 ? 0.5 : beta;
            if (call == 4)
            {
                save(optimizer);
            }
        }

        optimizer.FinalizeVariableValues();
        var weights = new BFloat16[50];
        variables[0].WeightView.As<BFloat16>().CopyToCPU(weights);
        return [.. weights.Select(weight => BitConverter.SingleToInt32Bits((float)weight))];
    }

    private static float Weight(KernelCase both) =>
        both.Variables[0].Weights.Read(both.Variables.Accelerator)[0];

    // Neighbours differ, and so do iterations that a power of two lies between.
    private sealed class Sawtooth : LearningRateSchedule
    {
        public override double RateAt(long iteration) => (1 + (iteration % 7)) * 1e-4;
    }
}
