using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Oracles;
using Lamb.Gpu.Tests.Reference;

namespace Lamb.Gpu.Tests;

/// <summary>Every preset is the formula of the library that it is named after, with the defaults of that
/// library.</summary>
[TestClass]
public sealed class LambVariantTests
{
    private const int Steps = 8;

    private static readonly LambVariableSpec[] Specs =
    [
        new("kernel", [6, 7]),
        new("bias", [7]) { ExcludeFromWeightDecay = true },
        new("gain", [1]),
        new("zero", [5]),
        new("long", [700]),
    ];

    public static IEnumerable<object[]> Rows =>
        from variant in Enum.GetValues<LambVariant>()
        from row in TestDevice.Rows
        select new[] { variant, row[0] };

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ThePresetIsItsFormula(LambVariant variant, string row)
    {
        LambOptions defaults = LambOptions.ForVariant(variant) with { LearningRate = 0.02 };
        Play(variant, row, defaults, VariantFormulas.DefaultDecay(variant), 0.01f);
        Play(variant, row, defaults with { WeightDecay = 0.1 }, 0.1, 1);
        Play(variant, row, defaults with { WeightDecay = null }, 0, 1);
    }

    [TestMethod]
    public void KerasIsTheDefault() => Assert.AreEqual(new LambOptions(), LambOptions.ForVariant(LambVariant.Keras));

    [TestMethod]
    public void EveryPresetIsAConfigOfItsOwn()
    {
        foreach (LambVariant variant in Enum.GetValues<LambVariant>())
        {
            LambOptions options = LambOptions.ForVariant(variant);
            Assert.AreEqual(options, LambOptions.FromJson(options.ToJson()));
            Assert.AreEqual(0.001, options.LearningRate, $"{variant}");
        }
    }

    [TestMethod]
    public void WhatIsNoVariantIsRefused() => Assert.Contains(
        "The variant must be one of Keras, Paper, NvLamb,",
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LambOptions.ForVariant((LambVariant)99)).Message);

    // Gradients of the small size are below a norm of 1, those of the large one above.
    private static void Play(LambVariant variant, string row, LambOptions options, double decay, float size)
    {
        TestDevice device = TestDevice.Open(row);
        using var variables = LambVariables.Allocate(device.Accelerator, Specs);
        using LambOptimizer optimizer = device.Optimizer(variables, options);
        ReferenceVariable[] formula =
        [
            .. Specs.Select((spec, i) => new ReferenceVariable(
                spec.Name, spec.Shape, Widen(Values.Random(variables[i].Length, 7 + i, i == 3 ? 0 : 0.5f)))),
        ];
        var comparison = new StepComparison(device, variables, optimizer, isSingle: false);
        comparison.Begin(formula.Select(variable => variable.Weights));
        for (int t = 1; t <= Steps; t++)
        {
            double[][] gradients =
                [.. variables.Select((variable, i) => Widen(Values.Random(variable.Length, (100 * t) + i, size)))];
            double all = Math.Sqrt(gradients.Sum(Elements.SquareSum));
            for (int i = 0; i < formula.Length; i++)
            {
                double own = Specs[i].ExcludeFromWeightDecay ? 0 : decay;
                VariantFormulas.Step(variant, formula[i], gradients[i], all, own, 0.02, t);
            }

            comparison.Step(gradients, [.. formula.Select(variable => variable.Weights.ToArray())]);
        }
    }

    private static double[] Widen(float[] values) => [.. values.Select(value => (double)value)];
}
