using Lamb.Gpu.Configuration;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Kernels;

namespace Lamb.Gpu.Tests.Laws;

/// <summary>Options and numbers at the ends of what is allowed: finite where the reference is finite.</summary>
/// <remarks>
/// Where squares leave the range of float32, as for gradients clipped to 1e-50, only that much is asked; elsewhere both
/// steps must be those of the reference. Each step takes fewer than 64 roundings, relative to the largest weight.
/// </remarks>
[TestClass]
public class ExtremeLaws
{
    private const double Bound = 2 * 64.0 / (1 << 24);
    private const double BeyondSingle = 1e300;
    private const double BelowSingle = 1e-50;
    private const int LongWindow = 1 << 20;

    private static readonly (string Name, LambOptions Options, int Steps)[] Exact =
    [
        ("ε 0", new() { Epsilon = 0 }, 2),
        ("ε below float32", new() { Epsilon = BelowSingle }, 2),
        ("β 0", new() { Beta1 = 0, Beta2 = 0 }, 2),
        ("β just below 1", new() { Beta1 = Math.BitDecrement(1), Beta2 = Math.BitDecrement(1) }, 2),
        ("β 1 − 1e-8", new() { Beta1 = 1 - 1e-8, Beta2 = 1 - 1e-8 }, 3),
        ("β 1 − 1e-8, one alone", new() { Beta1 = 0.9, Beta2 = 1 - 1e-8 }, 3),
        ("β 1 − 1e-8, without correction", new()
        {
            Beta1 = 1 - 1e-8, Beta2 = 1 - 1e-8, BiasCorrection = LambBiasCorrection.None,
        }, 3),
        ("β tiny", new() { Beta1 = BelowSingle, Beta2 = BelowSingle }, 2),
        ("ε 1e6", new() { Epsilon = 1e6 }, 3),
        ("rate 0", new() { LearningRate = 0, WeightDecay = 1 }, 2),
        ("rate below float32", new() { LearningRate = BelowSingle }, 2),
        ("rate 1e30", new() { LearningRate = 1e30 }, 1),
        ("rate negative", new() { LearningRate = -0.1 }, 2),
        ("decay 1e10", new() { WeightDecay = 1e10 }, 1),
        ("decay 1e15", new() { WeightDecay = 1e15 }, 1),
        ("decay −1e10", new() { WeightDecay = -1e10 }, 1),
        ("clip norm huge", new() { ClipNorm = BeyondSingle }, 2),
        ("clip value huge", new() { ClipValue = BeyondSingle }, 2),
        ("global clip norm huge", new() { GlobalClipNorm = BeyondSingle }, 2),
        ("global clip norm 3e38", new() { GlobalClipNorm = 3e38 }, 2),
        ("limits huge", new() { TrustRatioMax = BeyondSingle, WeightNormMax = BeyondSingle }, 2),
        ("limits tiny", new() { TrustRatioMin = BelowSingle, WeightNormMin = BelowSingle }, 2),
        ("loss scale 1e-15", new() { LossScaleFactor = 1e-15 }, 2),
        ("average frozen", new() { UseEma = true, EmaMomentum = 1, EmaOverwriteFrequency = 1 }, 2),
    ];

    private static readonly (string Name, LambOptions Options, int Steps)[] Finite =
    [
        ("ε 1e30", new() { Epsilon = 1e30 }, 3),
        ("ε 0, clipped to nothing", new() { Epsilon = BelowSingle, ClipNorm = BelowSingle }, 1),
        ("clip norm tiny", new() { ClipNorm = BelowSingle }, 3),
        ("clip value tiny", new() { ClipValue = BelowSingle }, 3),
        ("global clip norm tiny", new() { GlobalClipNorm = BelowSingle }, 3),
        ("loss scale 1e30", new() { LossScaleFactor = 1e30 }, 3),
    ];

    public static IEnumerable<object[]> Rows => TestDevice.Rows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ExtremeOptionsGiveTheStepsOfTheReference(string row)
    {
        TestDevice device = TestDevice.Open(row);
        foreach ((string name, LambOptions options, int steps) in Exact)
        {
            Play(device, options, steps, both => Compare(both, name));
        }

        static void Compare(KernelCase both, string name)
        {
            Console.WriteLine(name);
            both.AssertWeights(Bound);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void WhereSquaresLeaveFloat32WeightsStayFinite(string row)
    {
        TestDevice device = TestDevice.Open(row);
        foreach ((string name, LambOptions options, int steps) in Finite)
        {
            Play(device, options, steps, both => AssertSameKinds(both, device, name));
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AWindowOfAMillionGradientsEndsAsInTheReference(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using var both = new KernelCase(device, new() { GradientAccumulationSteps = LongWindow }, 7, 300);
        both.Optimizer.LoadState([.. both.Optimizer.SaveState().Select(value =>
            value.Name == "iteration" ? value with { Values = [LongWindow - 2] } : value)]);
        both.Reference.RawIterations = LongWindow - 2;
        for (int call = 0; call < 3; call++)
        {
            both.Step();
            both.AssertWeights(Bound);
        }

        Assert.AreEqual(1, both.Optimizer.Iterations);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void WhatIsNotFiniteGoesWhereTheEquationsTakeIt(string row)
    {
        TestDevice device = TestDevice.Open(row);
        LambOptions[] all =
        [
            new(), new() { ClipValue = 0.05 }, new() { ClipNorm = 0.1 }, new() { GlobalClipNorm = 0.1 },
            new() { NormalizeGradients = true }, new() { UseEma = true, EmaOverwriteFrequency = 2, WeightDecay = 0.1 },
        ];
        foreach (LambOptions options in all)
        {
            foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            {
                foreach (string where in new[] { "weight", "gradient", "first moment", "second moment" })
                {
                    using var both = new KernelCase(device, options, 5, 40);
                    both.Step();
                    Plant(both, device, where, bad);
                    both.Step(Gradients(both, where == "gradient" ? bad : 0.5f));
                    AssertSameKinds(both, device, $"{bad} as a {where}, {options}");
                    both.Step();
                    AssertSameKinds(both, device, $"{bad} as a {where}, a step later, {options}");
                }
            }
        }
    }

    // Ordinary gradients, some with zeros among them, and nothing but zeros.
    private static void Play(TestDevice device, LambOptions options, int steps, Action<KernelCase> assert)
    {
        foreach (Func<float, int, float> shape in new Func<float, int, float>[]
                 {
                     (g, _) => MathF.CopySign(0.5f + MathF.Abs(g), g), (g, i) => i % 3 == 0 ? 0 : g, (_, _) => 0,
                 })
        {
            using var both = new KernelCase(device, options, 5, 300, 1);
            for (int step = 0; step < steps; step++)
            {
                both.Step([.. both.NewGradients().Select(gradient => gradient.Select(shape).ToArray())]);
                assert(both);
            }
        }
    }

    private static float[][] Gradients(KernelCase both, float first)
    {
        float[][] gradients = both.NewGradients();
        gradients[0][1] = first;
        return gradients;
    }

    private static void Plant(KernelCase both, TestDevice device, string where, float bad)
    {
        LambVariable variable = both.Variables[0];
        (ILGPU.ArrayView<float> view, double[]? same) = where switch
        {
            "weight" => (variable.Weights, both.Reference.Weights[0]),
            "first moment" => (both.Optimizer.FirstMoment(variable), both.Reference.FirstMoments[0]),
            "second moment" => (both.Optimizer.SecondMoment(variable), both.Reference.SecondMoments[0]),
            _ => (default, null),
        };
        if (same != null)
        {
            float[] values = view.Read(device.Accelerator);
            values[1] = bad;
            same[1] = bad;
            view.Write(values);
        }
    }

    private static void AssertSameKinds(KernelCase both, TestDevice device, string name)
    {
        for (int i = 0; i < both.Variables.Count; i++)
        {
            float[] actual = both.Variables[i].Weights.Read(device.Accelerator);
            for (int at = 0; at < actual.Length; at++)
            {
                double expected = both.Reference.Weights[i][at];
                Assert.AreEqual(
                    Kind(expected),
                    Kind(actual[at]),
                    $"{name}: element {at} of variable {i}, {actual[at]}, {expected}");
            }
        }
    }

    private static string Kind(double value) =>
        double.IsFinite(value) ? "finite" : double.IsNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
}
