using CsCheck;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Laws;

/// <summary>Options, variables and a seed for weights and gradients, drawn at random.</summary>
internal sealed record OptionCase(LambOptions Options, IReadOnlyList<LambVariableSpec> Specs, int Seed)
{
    /// <summary>How many times a law calls Step.</summary>
    public const int Calls = 10;

    private static readonly Gen<LambOptions> Clips = Gen.OneOf(
        Gen.Const(new LambOptions()),
        Gen.Double[0.1, 0.7].Select(limit => new LambOptions { ClipValue = limit }),
        Gen.Double[0.1, 20].Select(limit => new LambOptions { ClipNorm = limit }),
        Gen.Double[0.1, 20].Select(limit => new LambOptions { GlobalClipNorm = limit }));

    private static readonly Gen<LambLearningRate> Rates = Gen.OneOf<LambLearningRate>(
        Gen.Double[0.01, 0.1].Select(rate => (LambLearningRate)rate),
        Gen.Select(Gen.Double[0.01, 0.1], Gen.Int[1, 8])
            .Select((rate, steps) => (LambLearningRate)new CosineDecay(rate, steps, 0.1)),
        Gen.Select(Gen.Int[0, 5], Gen.Double[0.01, 0.1], Gen.Double[0.01, 0.1])
            .Select((step, one, other) => (LambLearningRate)new PiecewiseConstantDecay([step], [one, other])));

    private static readonly Gen<LambDynamicLossScale?> LossScales = Gen.OneOf<LambDynamicLossScale?>(
        Gen.Const((LambDynamicLossScale?)null),
        Gen.Select(Gen.Int[0, 15], Gen.Int[1, 3]).Select((power, growth) => (LambDynamicLossScale?)
            new LambDynamicLossScale { InitialScale = 1 << power, DynamicGrowthSteps = growth }));

    // Checked: that a sum is right is then looked at in every step.
    private static readonly Gen<LambWeightAccess> Accesses = Gen.OneOf(
        LambWeightAccess.Shared, LambWeightAccess.Exclusive, LambWeightAccess.ExclusiveChecked);

    private static readonly Gen<double> Momenta = Gen.OneOf(0, 0.9, 0.9999, 0.999999, 1 - 1e-8);

    private static readonly Gen<LambVariableSpec> Shapes = Gen.Select(
        Gen.OneOf(0L, 1L, 2L, 7L, 16L, 33L, 300L), Gen.Bool, Gen.Int[0, 3], Gen.Int[0, 4]).Select(
            (length, excluded, kind, ratio) => new LambVariableSpec("v", [length])
            {
                ExcludeFromWeightDecay = excluded,
                OverwriteWithGradient = kind == 0,
                ExcludeFromTrustRatio = ratio == 0,
            });

    // A third of all cases are Keras's own; of the others each takes some of what other libraries do.
    private static readonly Gen<Func<LambOptions, LambOptions>> Variants = Gen.Select(
        Gen.Int[0, 2], Gen.Enum<LambWeightDecayMode>(), Gen.Enum<LambBiasCorrection>(),
        Gen.Enum<LambTrustRatioScope>(), Gen.OneOf((0, double.PositiveInfinity), (0.01, 10.0), (0, 0.4), (0.3, 0.5)),
        Gen.OneOf((0, double.PositiveInfinity), (0.5, 2.0), (0, 1.0)), Gen.Select(Gen.Bool, Gen.Bool)).Select(
            (varies, mode, correction, scope, ratio, norm, flags) => (Func<LambOptions, LambOptions>)(keras =>
                varies == 0 ? keras : Tamed(keras with
                {
                    WeightDecayMode = mode,
                    BiasCorrection = correction,
                    TrustRatioScope = scope,
                    TrustRatioMin = ratio.Item1,
                    TrustRatioMax = ratio.Item2,
                    WeightNormMin = norm.Item1,
                    WeightNormMax = norm.Item2,
                    GradientAveraging = flags.Item1,
                    NormalizeGradients = flags.Item2,
                })));

    /// <summary>Every option at random, and up to five variables, one of them trained and with an element.</summary>
    public static Gen<OptionCase> Any { get; } = Gen.Select(
        Gen.Select(Clips, Rates, LossScales, Accesses, Variants),
        Gen.Select(Gen.Double[0, 0.5].Nullable(), Gen.OneOf<int?>(null, 0, 2, 3, 4)),
        Gen.Select(Gen.Bool, Gen.OneOf(0, 0.5, 0.9, 1), Gen.OneOf<int?>(null, 0, 1, 2, 3)),
        Gen.OneOf<double?>(null, 3, 8, -0.7),
        Shapes.Array[0, 4],
        Gen.Int[0, 1_000_000]).Select((some, step, average, factor, shapes, seed) => new OptionCase(
            some.Item5(some.Item1 with
            {
                LearningRate = some.Item2,
                DynamicLossScale = some.Item3,
                WeightAccess = some.Item4,
                WeightDecay = step.Item1,
                GradientAccumulationSteps = step.Item2,
                UseEma = average.Item1,
                EmaMomentum = average.Item2,
                EmaOverwriteFrequency = average.Item3,
                LossScaleFactor = factor,
            }),
            [.. shapes.Append(new LambVariableSpec("v", [5])).Select((spec, i) => spec with { Name = $"v{i}" })],
            seed));

    /// <summary>The same with weights, gradients and moments of any storage.</summary>
    public static Gen<OptionCase> Stored { get; } = Gen.Select(
        Any, Gen.Enum<LambDataType>().Array[5], Gen.Enum<LambDataType>().Array[5], Gen.Int[0, 3], Gen.Bool).Select(
            (played, weights, gradients, rounding, narrows) => new OptionCase(
                played.Options with
                {
                    MasterWeights = rounding > 1,
                    WeightAccess = rounding > 1 ? played.Options.WeightAccess : LambWeightAccess.Shared,
                    WeightRounding = rounding == 0 ? LambRounding.Stochastic : LambRounding.Nearest,
                    RoundingSeed = played.Seed,
                    MomentDataType = narrows ? LambDataType.BFloat16 : LambDataType.Float32,
                },

                // The last one of 16 bits, so that there is something to round.
                [
                    .. played.Specs.Select((spec, i) => spec with
                    {
                        WeightDataType = spec == played.Specs[^1] ? LambDataType.BFloat16 : weights[i],
                        GradientDataType = gradients[i],
                    }),
                ],
                played.Seed));

    /// <summary>The same with numbers at the ends of what is allowed; weights may become infinite.</summary>
    public static Gen<OptionCase> Extreme { get; } = Gen.Select(
        Stored, Momenta, Momenta, Gen.OneOf(0, 1e-30, 1e3, 1e30), Gen.OneOf<double?>(null, 0, 1e10, 1e30, -1e10),
        Gen.Select(Momenta, Gen.OneOf<int?>(null, null, null, 1 << 20))).Select(
            (played, beta1, beta2, epsilon, decay, rest) => played with
            {
                Options = Allowed(played.Options with
                {
                    Beta1 = beta1,
                    Beta2 = beta2,
                    Epsilon = epsilon,
                    WeightDecay = decay,
                    EmaMomentum = rest.Item1,
                    GradientAccumulationSteps = rest.Item2 ?? played.Options.GradientAccumulationSteps,
                }),
            });

    /// <summary>Everything in float32, as often not, and as often at the ends.</summary>
    public static Gen<OptionCase> Mixed { get; } = Gen.OneOf(Any, Stored, Extreme);

    /// <summary>Gets whether the optimizer works on a stream of its own.</summary>
    public bool HasOwnStream => Seed % 2 == 1;

    /// <summary>Gets at which element of a buffer of its own each variable starts; null where they lie in
    /// arenas.</summary>
    public int? Shift => (Seed / 2 % 6) switch { 0 => 1, 1 => 2, 2 => 3, _ => null };

    /// <summary>Gets the options without a decay that needs the weights.</summary>
    public LambOptions Decoupled => Options with { WeightDecayMode = LambWeightDecayMode.Decoupled };

    /// <summary>Gets whether a step is the rate times the norm of the weights, whatever was done to the
    /// gradient.</summary>
    public bool MovesByItsNorm => Options is
    {
        BiasCorrection: not LambBiasCorrection.LearningRate,
        TrustRatioScope: LambTrustRatioScope.All,
        TrustRatioMin: 0,
        TrustRatioMax: double.PositiveInfinity,
        WeightNormMin: 0,
        WeightNormMax: double.PositiveInfinity,
    } && !Specs.Any(spec => spec.ExcludeFromTrustRatio);

    /// <summary>Gets the calls that make an update.</summary>
    public int Window => Math.Max(Options.GradientAccumulationSteps ?? 1, 1);

    /// <summary>Makes the gradients of a call: some are missing, at times all but those that overwrite.</summary>
    /// <remarks>
    /// An element keeps its sign and lies in ±[0.5, 1), times the loss scale: so no moment cancels, and roundings stay
    /// relative to what they round.
    /// </remarks>
    public float[]?[] Gradients(int call, double scale = 1)
    {
        var random = new Random((Seed * 31) + call);
        bool onlyOverwrites = random.Next(6) == 0 && Specs.Any(spec => spec.OverwriteWithGradient && spec.Shape[0] > 0);
        bool IsMissing(LambVariableSpec spec) => onlyOverwrites
            ? !spec.OverwriteWithGradient
            : random.Next(6) == 0 && spec != Specs[^1];
        return [.. Specs.Select((spec, i) => IsMissing(spec) ? null : Signed(spec, i, random.Next(), scale))];
    }

    /// <summary>Makes the gradients of a call, none of them missing.</summary>
    public float[][] All(int call, double scale = 1)
    {
        var random = new Random((Seed * 7) + call);
        return [.. Specs.Select((spec, i) => Signed(spec, i, random.Next(), scale))];
    }

    /// <summary>Makes the gradients of a call with one element that is not finite.</summary>
    public float[]?[] Poisoned(int call)
    {
        float[]?[] gradients = Gradients(call);
        var random = new Random((Seed * 17) + call);
        float[][] there = [.. gradients.OfType<float[]>().Where(gradient => gradient.Length > 0)];
        float[] poisoned = there[random.Next(there.Length)];
        poisoned[random.Next(poisoned.Length)] =
            random.Next(3) switch { 0 => float.NaN, 1 => float.PositiveInfinity, _ => float.NegativeInfinity };
        return gradients;
    }

    /// <summary>Tells, the same way every time, whether a call under an adapting loss scale is poisoned.</summary>
    public bool IsPoisoned(int call) =>
        Options.DynamicLossScale != null && new Random((Seed * 13) + call).Next(4) == 0;

    /// <summary>Makes the gradients of a call, poisoned or not.</summary>
    public float[]?[] Given(int call) => IsPoisoned(call) ? Poisoned(call) : Gradients(call);

    /// <summary>Makes an optimizer and its variables.</summary>
    public OptionRun Start(TestDevice device, LambOptions? options = null) => new(device, this, options ?? Options);

    public override string ToString() =>
        $"seed {Seed}{(HasOwnStream ? ", own stream" : "")}, shift {Shift}, {Options}, "
        + string.Join("; ", Specs.Select(Describe));

    private static string Describe(LambVariableSpec spec) =>
        spec.Shape[0]
        + (spec.OverwriteWithGradient ? " set" : "")
        + (spec.ExcludeFromWeightDecay ? " excluded" : "")
        + (spec.ExcludeFromTrustRatio ? " unscaled" : "")
        + (spec.WeightDataType, spec.GradientDataType);

    // What goes together; and decay so small that an update keeps the sign of its gradient, from which errors would
    // else be far larger than it: weights stay below 4, and a gradient is clipped to a 100th of its limit at least.
    private static LambOptions Tamed(LambOptions options)
    {
        double clipped = options switch
        {
            { ClipValue: { } limit } => limit,
            { ClipNorm: { } limit } => limit / 100,
            { GlobalClipNorm: { } limit } => limit / 100,
            { NormalizeGradients: true } => 0.01,
            _ => 1,
        };
        bool clips = (options.ClipNorm ?? options.GlobalClipNorm ?? options.ClipValue) != null;
        return Allowed(options with
        {
            NormalizeGradients = options.NormalizeGradients && !clips,
            WeightDecay = options.WeightDecayMode switch
            {
                LambWeightDecayMode.Update => options.WeightDecay * 0.2,
                LambWeightDecayMode.Gradient => options.WeightDecay * 0.05 * Math.Min(clipped, 0.5),
                _ => options.WeightDecay,
            },
        });
    }

    private static LambOptions Allowed(LambOptions options) => options with
    {
        WeightAccess = options.CouplesDecay ? LambWeightAccess.Shared : options.WeightAccess,
    };

    private float[] Signed(LambVariableSpec spec, int index, int seed, double scale)
    {
        float[] signs = Values.Random(spec.Shape[0], Seed + index), sizes = Values.Random(spec.Shape[0], seed, 0.25f);
        return [.. signs.Zip(sizes, (sign, size) =>
            (float)(MathF.CopySign(0.75f + size, sign) * (spec.OverwriteWithGradient ? 1 : scale)))];
    }
}
