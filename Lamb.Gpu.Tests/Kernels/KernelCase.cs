using ILGPU.Runtime;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Laws;
using Lamb.Gpu.Tests.Reference;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>Some variables trained side by side by the library on a device and by the reference in double.</summary>
internal sealed class KernelCase : IDisposable
{
    private readonly TestDevice device;
    private readonly IDisposable?[] owned = [];
    private int seed;

    public KernelCase(TestDevice device, LambOptions options, params long[] lengths)
        : this(device, options, [.. lengths.Select((length, i) => new LambVariableSpec($"v{i}", [length]))])
    {
    }

    public KernelCase(TestDevice device, LambOptions options, params LambVariableSpec[] specs)
        : this(device, options, LambVariables.Allocate(device.Accelerator, specs), null)
    {
    }

    private KernelCase(TestDevice device, LambOptions options, LambVariables variables, AcceleratorStream? stream)
    {
        this.device = device;
        Variables = variables;
        Variables.Fill(1);
        Optimizer = new LambOptimizer(Variables, options, stream, device.Tuning);
        Reference = new LambReference(Variables.Select(Copy), Convert(options));
        LossScale = options.DynamicLossScale is { } scale
            ? new LossScaleReference(Reference, scale.InitialScale, scale.DynamicGrowthSteps)
            : null;
    }

    private KernelCase(TestDevice device, OptionCase played, ScatteredVariables? scattered, AcceleratorStream? stream)
        : this(
            device,
            played.Options,
            scattered?.Variables ?? LambVariables.Allocate(device.Accelerator, played.Specs),
            stream) => owned = [scattered];

    /// <summary>Plays options with the variables and the stream where the case wants them.</summary>
    public static KernelCase Of(TestDevice device, OptionCase played) => new(
        device,
        played,
        played.Shift is { } shift ? new ScatteredVariables(device.Accelerator, played.Specs, shift) : null,
        played.HasOwnStream ? device.OwnStream : null);

    /// <summary>Lengths around every boundary: vectors of 4, 8 and 16, groups of 16 and 256, tiles of every
    /// device.</summary>
    public static long[] LengthsFor(TestDevice device)
    {
        long[] all =
        [
            1, 0, 3, 4, 5, 15, 16, 17, 63, 64, 65, 255, 256, 257, 511, 513, 1023, 1025,
            4095, 4096, 4097, 16383, 16384, 16385, 40001,
        ];

        // A simulated group takes a thread a lane and a barrier a halving: nothing beyond a few of its tiles.
        return [.. all.Where(length => length <= 5L * device.Tuning.TileLength)];
    }

    public LambVariables Variables { get; }

    public LambOptimizer Optimizer { get; }

    public LambReference Reference { get; }

    /// <summary>Gets the loss scale that adapts itself around the reference, or null.</summary>
    public LossScaleReference? LossScale { get; }

    /// <summary>Takes a step on both sides, with new gradients.</summary>
    public void Step() => Step(NewGradients());

    /// <summary>Takes a step on both sides with these gradients, null where there is none.</summary>
    public void Step(params float[]?[] gradients)
    {
        Optimizer.StepWith(Variables, gradients);
        double[]?[] wide = [.. gradients.Select(gradient => gradient == null ? null : Widen(gradient))];
        if (LossScale != null)
        {
            LossScale.Step(wide);
        }
        else
        {
            Reference.Step(wide);
        }
    }

    /// <summary>Makes gradients that no step before had.</summary>
    public float[][] NewGradients()
    {
        seed += 1000;
        return [.. Variables.Select((variable, i) => Values.Random(variable.Length, seed + i, 0.1f))];
    }

    /// <summary>Reads a tensor of the optimizer's state by the name that it is saved under.</summary>
    public Func<LambVariable, float[]> Saved(string kind)
    {
        ILookup<string, LambStateValue> saved = Optimizer.SaveState().ToLookup(value => value.Name);
        return variable => [.. saved[$"{variable.Name}_{kind}"].Single().Values.Select(value => (float)value)];
    }

    /// <summary>Fails where a tensor is further from the reference than a bound relative to its largest value; what is
    /// not finite must be the same.</summary>
    public void AssertClose(IReadOnlyList<double[]> expected, Func<LambVariable, float[]> read, double bound)
    {
        for (int i = 0; i < Variables.Count; i++)
        {
            float[] actual = read(Variables[i]);
            double scale = expected[i].Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
            for (int at = 0; at < actual.Length; at++)
            {
                double difference = Math.Abs(actual[at] - expected[i][at]);
                Assert.IsTrue(
                    difference <= bound * scale || actual[at].Equals((float)expected[i][at]),
                    $"{Variables[i]}: element {at} is {actual[at]:g9}, the reference has {expected[i][at]:g9}");
            }
        }
    }

    /// <summary>Fails where weights are further from the reference than a bound.</summary>
    public void AssertWeights(double bound) =>
        AssertClose(Reference.Weights, variable => variable.Weights.Read(device.Accelerator), bound);

    public void Dispose()
    {
        Optimizer.Dispose();
        Variables.Dispose();
        Array.ForEach(owned, each => each?.Dispose());
    }

    private static ReferenceOptions Convert(LambOptions options) => new()
    {
        LearningRate = options.LearningRate,
        Beta1 = options.Beta1.Number!.Value,
        Beta2 = options.Beta2.Number!.Value,
        Epsilon = options.Epsilon,
        WeightDecay = options.WeightDecay,
        ClipNorm = options.ClipNorm,
        ClipValue = options.ClipValue,
        GlobalClipNorm = options.GlobalClipNorm,
        UseEma = options.UseEma,
        EmaMomentum = options.EmaMomentum,
        EmaOverwriteFrequency = options.EmaOverwriteFrequency,
        LossScaleFactor = options.DynamicLossScale == null ? options.LossScaleFactor : null,
        GradientAccumulationSteps = options.GradientAccumulationSteps,
        NormalizeGradients = options.NormalizeGradients,
        GradientAveraging = options.GradientAveraging,
        WeightDecayMode = options.WeightDecayMode,
        BiasCorrection = options.BiasCorrection,
        OnlyDecayedAdapt = options.TrustRatioScope == LambTrustRatioScope.Decayed,
        TrustRatioLimits = (options.TrustRatioMin, options.TrustRatioMax),
        WeightNormLimits = (options.WeightNormMin, options.WeightNormMax),
    };

    private ReferenceVariable Copy(LambVariable variable) =>
        new(variable.Name, variable.Shape, Widen(variable.Weights.Read(device.Accelerator)))
        {
            Decays = !variable.ExcludeFromWeightDecay,
            Adapts = !variable.ExcludeFromTrustRatio,
            IsOverwritten = variable.OverwriteWithGradient,
        };

    private static double[] Widen(float[] values) => [.. values.Select(value => (double)value)];
}
