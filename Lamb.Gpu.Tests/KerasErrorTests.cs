using System.Text.Json;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Schedules;

namespace Lamb.Gpu.Tests;

/// <summary>What Keras refuses is refused, and what it takes is taken; every exception has its reason here.</summary>
[TestClass]
public class KerasErrorTests
{
    private static readonly Dictionary<string, Counterpart> Counterparts = new()
    {
        ["Lamb(learning_rate=1)  (int)"] = None("an int is a double wherever one is asked for"),
        ["Lamb(learning_rate=1.0)"] = Made(new() { LearningRate = 1.0 }),
        ["Lamb(learning_rate=-0.1)"] = Made(new() { LearningRate = -0.1 }),
        ["Lamb(clipnorm=1.0, clipvalue=1.0)"] = Made(new() { ClipNorm = 1, ClipValue = 1 }),
        ["Lamb(clipnorm=0.0, clipvalue=1.0)"] = Made(new() { ClipNorm = 0, ClipValue = 1 }),
        ["Lamb(clipvalue=1.0, global_clipnorm=1.0)"] = Made(new() { ClipValue = 1, GlobalClipNorm = 1 }),
        ["Lamb(clipnorm=-1.0)"] = Made(new() { ClipNorm = -1 }),
        ["Lamb(gradient_accumulation_steps=1)"] = Made(new() { GradientAccumulationSteps = 1 }),
        ["Lamb(gradient_accumulation_steps=0)  (falsy: off)"] = Made(new() { GradientAccumulationSteps = 0 }),
        ["Lamb(gradient_accumulation_steps=-2)"] = Made(new() { GradientAccumulationSteps = -2 }),
        ["Lamb(gradient_accumulation_steps=2)"] = Made(new() { GradientAccumulationSteps = 2 }),
        ["Lamb(use_ema=True, ema_momentum=1.5)"] = Made(new() { UseEma = true, EmaMomentum = 1.5 }),
        ["Lamb(use_ema=True, ema_momentum=-0.1)"] = Made(new() { UseEma = true, EmaMomentum = -0.1 }),
        ["Lamb(use_ema=False, ema_momentum=1.5)"] = Made(new() { EmaMomentum = 1.5 }),
        ["Lamb(use_ema=True, ema_overwrite_frequency=0)  (falsy: off)"] =
            Made(new() { UseEma = true, EmaOverwriteFrequency = 0 }),
        ["Lamb(use_ema=True, ema_overwrite_frequency=-1)"] = Made(new() { UseEma = true, EmaOverwriteFrequency = -1 }),
        ["Lamb(use_ema=True, ema_overwrite_frequency=2.0)"] = None("a double is no int, and does not compile"),
        ["Lamb(use_ema=False, ema_overwrite_frequency=-1)"] = Made(new() { EmaOverwriteFrequency = -1 }),
        ["Lamb(weight_decay=-0.1)"] = Made(new() { WeightDecay = -0.1 }),
        ["Lamb(beta_1=1.5)"] = new(
            () => Make(new() { Beta1 = 1.5 }), "a moment that grows without bound is refused before it does"),
        ["Lamb(foo=1)"] = None("an argument that is not there does not compile"),
        ["Lamb(decay=0.1)  (warning only)"] = None("an argument that is not there does not compile"),
        ["beta_1 callable, then apply (documented as allowed)"] = new(
            () => Use(new() { Beta1 = (Func<double>)(() => 0.9) }, (optimizer, _) => optimizer.Step()),
            "Keras documents a function and fails on it; here it works"),
        ["exclude_from_weight_decay after build (docstring says it must be before)"] =
            Used((optimizer, variables) => optimizer.ExcludeFromWeightDecay([variables[0]])),
        ["apply with a variable the optimizer was not built with"] = Used((optimizer, _) =>
        {
            using LambVariables strangers = TestDevice.Cpu.Allocate(2);
            optimizer.Step([strangers[0]]);
        }),
        ["apply(grads) before build"] = None("an optimizer is made with its variables"),
        ["apply(grads) with the wrong number of gradients"] = None("every variable has its gradients with it"),
        ["apply with all gradients None"] = Used((optimizer, variables) => optimizer.Step([.. variables])),
        ["apply([])  (no-op, iteration not incremented)"] = None("an empty list says that no gradient is missing"),
        ["gradient of the wrong shape"] = new(() => WithGradients(3)),
        ["scalar gradient for a [2] variable (broadcasts)"] = new(
            () => WithGradients(1), "a buffer of gradients has an element a weight; nothing is broadcast"),
        ["set float learning_rate on a schedule optimizer"] = new(() => Use(
            new() { LearningRate = new CosineDecay(0.1, 10) }, (optimizer, _) => optimizer.LearningRate = 0.1)),
        ["set float learning_rate on a callable optimizer"] = new(() => Use(
            new() { LearningRate = (Func<double>)(() => 0.1) }, (optimizer, _) => optimizer.LearningRate = 0.1)),
        ["load_own_variables with wrong number of entries, warnings as errors"] =
            Used((optimizer, _) => optimizer.LoadState([new LambStateValue("0", [], [1])])),
        ["load_own_variables with wrong number of entries is skipped (warning only)"] = new(
            () => Use(new(), (optimizer, _) => optimizer.LoadState([new LambStateValue("0", [], [1])])),
            "a state that does not fit is an error, not a warning"),
        ["set_weights before build"] = None("an optimizer is made with its variables"),
        ["ExponentialDecay(decay_steps=0)"] = new(() => _ = new ExponentialDecay(0.1, 0, 0.9)),
        ["PolynomialDecay(decay_steps=-1)"] = new(() => _ = new PolynomialDecay(0.1, -1)),
        ["InverseTimeDecay(decay_steps=0)"] = new(() => _ = new InverseTimeDecay(0.1, 0, 0.5)),
        ["CosineDecay(decay_steps=0)"] = new(() => _ = new CosineDecay(0.1, 0)),
        ["CosineDecayRestarts(first_decay_steps=0)"] = new(() => _ = new CosineDecayRestarts(0.1, 0)),
        ["PiecewiseConstantDecay([1,2],[0.1,0.2])"] =
            new(() => _ = new PiecewiseConstantDecay([1, 2], [0.1, 0.2])),
        ["LossScaleOptimizer(Lamb(), dynamic=False)"] = None("no DynamicLossScale is no adapting loss scale"),
        ["LossScaleOptimizer(Lamb(), clipnorm=1.0)"] = None("one record has all options; no optimizer wraps another"),
        ["LossScaleOptimizer(Lamb(), weight_decay=None)"] =
            Made(new() { DynamicLossScale = new(), WeightDecay = null }),
        ["LossScaleOptimizer(Lamb(), foo=1)"] = None("an argument that is not there does not compile"),
    };

    public static IEnumerable<object[]> Cases =>
        KerasRecords.Errors.Select(recorded => new object[] { recorded.GetProperty("case").GetString()! });

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void EveryCaseIsThereOnce()
    {
        Assert.HasCount(46, Counterparts);
        CollectionAssert.AreEquivalent(Counterparts.Keys.ToArray<object>(), Cases.Select(row => row[0]).ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void WhatKerasRefusesIsRefusedAndWhatItTakesIsTaken(string recorded)
    {
        JsonElement keras = KerasRecords.Errors.Single(each => each.GetProperty("case").GetString() == recorded);
        bool kerasRaises = keras.GetProperty("raises").ValueKind != JsonValueKind.Null;
        Counterpart ours = Counterparts[recorded];
        if (ours.Call == null)
        {
            TestContext.WriteLine($"no counterpart: {ours.Reason}");
            return;
        }

        bool weRaise = false;
        try
        {
            ours.Call();
        }
        catch (Exception refused) when (refused is ArgumentException or InvalidOperationException)
        {
            TestContext.WriteLine(refused.Message);
            weRaise = true;
        }

        bool expected = ours.Reason == null ? kerasRaises : !kerasRaises;
        Assert.AreEqual(expected, weRaise, ours.Reason ?? $"Keras: {keras.GetProperty("message")}");
    }

    private static Counterpart None(string reason) => new(null, reason);

    private static Counterpart Made(LambOptions options) => new(() => Make(options));

    private static Counterpart Used(Action<LambOptimizer, LambVariables> use) => new(() => Use(new(), use));

    private static void Make(LambOptions options) => Use(options, (_, _) => { });

    private static void Use(LambOptions options, Action<LambOptimizer, LambVariables> use)
    {
        using LambVariables variables = TestDevice.Cpu.Allocate(2);
        using LambOptimizer optimizer = TestDevice.Cpu.Optimizer(variables, options);
        use(optimizer, variables);
    }

    private static void WithGradients(int length)
    {
        using var weights = TestDevice.Cpu.Accelerator.Allocate1D<float>(2);
        using var gradients = TestDevice.Cpu.Accelerator.Allocate1D<float>(length);
        _ = new LambVariable("v", [2], weights.View, gradients.View);
    }

    /// <summary>What a call of Keras is here.</summary>
    /// <param name="Call">Does it; null where there is no such call.</param>
    /// <param name="Reason">Why there is none, or why the answer is the other one; null where it is that of
    /// Keras.</param>
    private sealed record Counterpart(Action? Call, string? Reason = null);
}
