using Lamb.Gpu.Configuration;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Kernels;

namespace Lamb.Gpu.Tests;

/// <summary>What an optimizer saves and loads, and what it tells of its averages and its loss scale.</summary>
[TestClass]
public class LambOptimizerStateTests
{
    private static readonly LambOptions Everything = new()
    {
        UseEma = true,
        GradientAccumulationSteps = 2,
        DynamicLossScale = new LambDynamicLossScale { InitialScale = 8, DynamicGrowthSteps = 3 },
    };

    private static TestDevice Device => TestDevice.Cpu;

    [TestMethod]
    public void AStateWithAHoleIsRefused()
    {
        using LambVariables variables = TestDevice.Cpu.Allocate(2);
        using LambOptimizer optimizer = TestDevice.Cpu.Optimizer(variables);
        LambStateValue[] holed = [.. optimizer.SaveState()];
        holed[1] = null!;
        StringAssert.StartsWith(
            Assert.ThrowsExactly<ArgumentException>(() => optimizer.LoadState(holed)).Message,
            "No value of a state may be null, nor a part of one. Nothing was loaded.");
    }

    [TestMethod]
    public void TheStateHasTheNamesAndTheOrderOfKeras()
    {
        using LambVariables variables = Named();
        using LambOptimizer plain = Device.Optimizer(variables);
        CollectionAssert.AreEqual(
            new[]
            {
                "iteration []", "learning_rate []", "dense_kernel_momentum [2, 3]", "dense_kernel_velocity [2, 3]",
                "bias_momentum []", "bias_velocity []",
            },
            Names(plain));
        using LambOptimizer scheduled = Device.Optimizer(variables, new() { LearningRate = new CosineDecay(0.1, 9) });
        Assert.IsFalse(Names(scheduled).Contains("learning_rate []"), "a schedule is not saved");
        using LambOptimizer everything = Device.Optimizer(variables, Everything);
        CollectionAssert.AreEqual(
            new[]
            {
                "iteration []", "learning_rate []", "step_counter []", "dynamic_scale []",
                "iteration []", "learning_rate []",
                "dense_kernel_average [2, 3]", "bias_average []",
                "dense_kernel_gradient_accumulator [2, 3]", "set_gradient_accumulator [4]",
                "bias_gradient_accumulator []",
                "dense_kernel_momentum [2, 3]", "dense_kernel_velocity [2, 3]", "bias_momentum []", "bias_velocity []",
            },
            Names(everything));
    }

    [TestMethod]
    public void ScalarsAreSavedAsTheyAre()
    {
        using LambVariables variables = Named();
        using LambOptimizer optimizer = Device.Optimizer(variables, Everything);
        optimizer.LearningRate = 0.3;
        optimizer.Step();
        optimizer.Step();
        optimizer.StepWith(variables, [new float[6], [1, 2, 3, float.NaN], [1]]);
        optimizer.Step([variables[1]]);
        double[] scalars = [.. optimizer.SaveState().Take(6).Select(value => value.Values.Single())];
        CollectionAssert.AreEqual(new[] { 0, 0, 1, 4, 3, 0.3 }, scalars);
    }

    [TestMethod]
    public void IndexNamesAreAccepted()
    {
        using LambVariables variables = Named();
        variables.Fill(1);
        using LambOptimizer saving = Device.Optimizer(variables, Everything);
        saving.Step();
        LambStateValue[] saved = [.. saving.SaveState().Select((value, i) => value with { Name = $"{i}" })];
        using LambOptimizer loading = Device.Optimizer(variables, Everything);
        loading.LoadState(saved);
        CollectionAssert.AreEqual(Bits(saving, variables), Bits(loading, variables));
    }

    [TestMethod]
    public void EveryProblemIsInOneErrorAndNothingIsLoaded()
    {
        using LambVariables variables = Named();
        using LambOptimizer optimizer = Worn(variables);
        long[] before = Bits(optimizer, variables);
        LambStateValue[] saved = [.. optimizer.SaveState().Select(Changed)];
        saved[2] = saved[2] with { Values = [-1] };
        saved[3] = saved[3] with { Values = [double.NaN] };
        saved[4] = saved[4] with { Values = [1.5] };
        saved[5] = saved[5] with { Values = [double.PositiveInfinity] };
        saved[6] = saved[6] with { Name = "kernel_average" };
        saved[7] = saved[7] with { Shape = [1] };
        saved[8] = saved[8] with { Shape = [3, 2] };
        saved[9] = saved[9] with { Values = [1, 2, 3] };
        var error = Assert.ThrowsExactly<ArgumentException>(() => optimizer.LoadState(saved));
        StringAssert.StartsWith(
            error.Message,
            "'step_counter' must be a count, was -1. 'dynamic_scale' must "
            + "be from MinScale to MaxScale, 1.1754943508222875E-38 to 8.507059173023462E+37, was NaN. "
            + "'iteration' must be a count, was 1.5. 'learning_rate' must be finite in float32, was Infinity. "
            + "Value 6 must be 'dense_kernel_average', was 'kernel_average'. "
            + "'bias_average' must have shape [], had [1]. "
            + "'dense_kernel_gradient_accumulator' must have shape [2, 3], had [3, 2]. "
            + "'set_gradient_accumulator' must have 4 values, had 3. Nothing was loaded.");
        CollectionAssert.AreEqual(before, Bits(optimizer, variables));
    }

    [TestMethod]
    public void EveryProblemAloneIsEnough()
    {
        using LambVariables variables = Named();
        using LambOptimizer optimizer = Worn(variables);
        long[] before = Bits(optimizer, variables);
        LambStateValue[] saved = [.. optimizer.SaveState().Select(Changed)];
        for (int i = 0; i < saved.Length; i++)
        {
            foreach (LambStateValue wrong in Wrong(saved[i]))
            {
                LambStateValue[] all = [.. saved];
                all[i] = wrong;
                Assert.ThrowsExactly<ArgumentException>(() => optimizer.LoadState(all), wrong.ToString());
                CollectionAssert.AreEqual(before, Bits(optimizer, variables), wrong.ToString());
            }
        }

        foreach (double iteration in new[] { -1, 0.5, double.NaN, double.PositiveInfinity, 1e300 })
        {
            LambStateValue[] all = [.. saved];
            all[4] = all[4] with { Values = [iteration] };
            Assert.ThrowsExactly<ArgumentException>(() => optimizer.LoadState(all), $"{iteration}");
            CollectionAssert.AreEqual(before, Bits(optimizer, variables));
        }

        optimizer.LoadState(saved);
        CollectionAssert.AreNotEqual(before, Bits(optimizer, variables), "what is right is loaded");
    }

    [TestMethod]
    public void TooFewOrTooManyValuesAreRefused()
    {
        using LambVariables variables = Device.Allocate(2);
        using LambOptimizer optimizer = Device.Optimizer(variables);
        IReadOnlyList<LambStateValue> saved = optimizer.SaveState();
        var error = Assert.ThrowsExactly<ArgumentException>(() => optimizer.LoadState([.. saved.Take(2)]));
        StringAssert.StartsWith(
            error.Message,
            "The state must have 4 values (iteration, learning_rate, v0_momentum, v0_velocity); "
            + "it has 2 (iteration, learning_rate). Nothing was loaded.");
        Assert.ThrowsExactly<ArgumentException>(() => optimizer.LoadState([.. saved, saved[3]]));
        Assert.ThrowsExactly<ArgumentException>(() => optimizer.LoadState([]));
        Assert.ThrowsExactly<ArgumentNullException>(() => optimizer.LoadState(null!));
    }

    [TestMethod]
    public void FinalizingWritesTheAverages()
    {
        using LambVariables variables = Named();
        variables.Fill(1);
        using LambOptimizer optimizer = Device.Optimizer(variables, new() { UseEma = true, EmaMomentum = 0.5 });
        optimizer.Step();
        optimizer.Step();
        float[] set = variables[1].Weights.Read(Device.Accelerator);
        optimizer.FinalizeVariableValues();
        foreach (LambVariable variable in new[] { variables[0], variables[2] })
        {
            CollectionAssert.AreEqual(
                optimizer.Average(variable).Read(Device.Accelerator), variable.Weights.Read(Device.Accelerator));
        }

        CollectionAssert.AreEqual(set, variables[1].Weights.Read(Device.Accelerator), "there is no average of it");
    }

    [TestMethod]
    public void FinalizingBeforeTheFirstStepWritesZerosAndWithoutAveragesNothing()
    {
        using LambVariables variables = Device.Allocate(3);
        variables[0].Weights.Write([1, 2, 3]);
        using LambOptimizer plain = Device.Optimizer(variables);
        plain.FinalizeVariableValues();
        CollectionAssert.AreEqual(new float[] { 1, 2, 3 }, variables[0].Weights.Read(Device.Accelerator));
        using LambOptimizer averaging = Device.Optimizer(variables, new() { UseEma = true });
        averaging.FinalizeVariableValues();
        CollectionAssert.AreEqual(new float[3], variables[0].Weights.Read(Device.Accelerator));
    }

    [TestMethod]
    public void AveragesNeedAnOptimizerThatKeepsThem()
    {
        using LambVariables variables = Device.Allocate(3), strangers = Device.Allocate(3);
        using LambOptimizer plain = Device.Optimizer(variables);
        Assert.AreEqual(
            "There are no averages: make the optimizer with UseEma = true.",
            Assert.ThrowsExactly<InvalidOperationException>(() => plain.Average(variables[0])).Message);
        using LambOptimizer averaging = Device.Optimizer(variables, new() { UseEma = true });
        Assert.ThrowsExactly<ArgumentException>(() => averaging.Average(strangers[0]));
    }

    [TestMethod]
    public void TheLossScaleIsOneOrTheFactorOrTheScaleThatAdapts()
    {
        AssertLossScale(new LambOptions(), 1);
        AssertLossScale(new LambOptions { LossScaleFactor = 8 }, 8);
        AssertLossScale(Everything, 8);
        AssertLossScale(Everything with { LossScaleFactor = 3 }, 8);
        using LambVariables variables = Device.Allocate(1);
        using LambOptimizer optimizer = Device.Optimizer(variables, Everything);
        optimizer.StepWith(variables, [float.NaN]);
        Assert.AreEqual(4f, optimizer.LossScale.Read(Device.Accelerator)[0]);
        Assert.AreEqual(10.0, optimizer.ScaleLoss(2.5));
        optimizer.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => optimizer.LossScale);
        Assert.ThrowsExactly<ObjectDisposedException>(() => optimizer.ReadLossScale());
        Assert.ThrowsExactly<ObjectDisposedException>(() => optimizer.SaveState());
        Assert.ThrowsExactly<ObjectDisposedException>(() => optimizer.LoadState([]));
        Assert.ThrowsExactly<ObjectDisposedException>(optimizer.FinalizeVariableValues);
    }

    private static void AssertLossScale(LambOptions options, float scale)
    {
        using LambVariables variables = Device.Allocate(1);
        using LambOptimizer optimizer = Device.Optimizer(variables, options);
        Assert.AreEqual(new LambLossScale(scale, 0), optimizer.ReadLossScale());
        CollectionAssert.AreEqual(new[] { scale }, optimizer.LossScale.Read(Device.Accelerator));
        Assert.AreEqual(2.5 * scale, optimizer.ScaleLoss(2.5));
    }

    private static LambVariables Named() => LambVariables.Allocate(
        Device.Accelerator,
        new LambVariableSpec("dense/kernel", [2, 3]),
        new LambVariableSpec("set", [4]) { OverwriteWithGradient = true },
        new LambVariableSpec("bias", []));

    private static LambOptimizer Worn(LambVariables variables)
    {
        variables.Fill(1);
        LambOptimizer optimizer = Device.Optimizer(variables, Everything);
        optimizer.Step();
        optimizer.Step();
        optimizer.Step();
        return optimizer;
    }

    // Values that would be seen if they were loaded, and that nothing is wrong with.
    private static LambStateValue Changed(LambStateValue value) =>
        value with { Values = [.. value.Values.Select(number => number + 2)] };

    private static LambStateValue[] Wrong(LambStateValue value) =>
    [
        value with { Name = "other" },
        value with { Shape = [.. value.Shape, 1] },
        value with { Values = [.. value.Values, 0] },
    ];

    private static string[] Names(LambOptimizer optimizer) =>
        [.. optimizer.SaveState().Select(value => $"{value.Name} [{string.Join(", ", value.Shape)}]")];

    private static long[] Bits(LambOptimizer optimizer, LambVariables variables) =>
    [
        .. variables.SelectMany(v => v.Weights.Read(Device.Accelerator).Bits()).Select(bits => (long)bits),
        .. optimizer.SaveState().SelectMany(value => value.Values).Select(BitConverter.DoubleToInt64Bits),
        optimizer.RawIterations,
    ];
}
