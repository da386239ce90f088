namespace Lamb.Gpu.Step;

/// <summary>Knows what time it is: computes the scalars of a call of Step from its raw iteration.</summary>
/// <remarks>
/// A raw iteration is a gradient taken, a micro-step included; k of them make an iteration. Schedules look at the raw
/// count, bias correction, the average and its overwriting at the other one, as in keras.optimizers.
/// </remarks>
internal sealed class StepClock(LambOptions options)
{
    private const float SmallestNormal = 1.17549435e-38f;

    // 2^126.
    private const double LargestWithReciprocal = 8.507059173023462e37;

    private readonly int window = Math.Max(options.GradientAccumulationSteps ?? 1, 1);

    /// <summary>Where η comes from.</summary>
    public LambLearningRate LearningRate { get; set; } = options.LearningRate;

    /// <summary>The micro-steps of an iteration.</summary>
    public int Window => window;

    /// <summary>Whether the scalars that the device looks up follow from the iteration alone: no function of the
    /// caller's is asked for a β. A rate that is no schedule is that of the call, wherever the device is.</summary>
    public bool FollowsIterations => options.Beta1.Number != null && options.Beta2.Number != null;

    /// <summary>What a call does with the gradients, if it is not skipped.</summary>
    public StepPhase PhaseAt(long rawIteration)
    {
        long place = rawIteration % window;
        return place == window - 1 ? StepPhase.Update : place == 0 ? StepPhase.Store : StepPhase.Add;
    }

    /// <summary>Computes the scalars; functions are called once, and only where the weights may move.</summary>
    /// <remarks>
    /// Under an adapting loss scale the device decides which raw iteration it is; every one has all scalars then.
    /// </remarks>
    public StepScalars At(long rawIteration)
    {
        StepPhase phase = PhaseAt(rawIteration);
        StepScalars k = Constants();
        k.Phase = phase;
        k.RoundingKey = RoundingKeyAt(rawIteration);
        SetAverage(ref k, rawIteration);
        if (phase == StepPhase.Update || k.IsDynamic)
        {
            SetMoments(ref k, (rawIteration / window) + 1);
            SetRate(ref k, LearningRate.At(rawIteration));
        }

        return k;
    }

    /// <summary>What the random bits of an iteration are made of: a new number for each, from the seed (SplitMix64,
    /// Steele et al. 2014).</summary>
    public uint RoundingKeyAt(long rawIteration)
    {
        ulong bits = unchecked(((ulong)(uint)options.RoundingSeed << 32) + ((ulong)rawIteration * 0x9E3779B97F4A7C15));
        bits = unchecked((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9);
        bits = unchecked((bits ^ (bits >> 27)) * 0x94D049BB133111EB);
        return (uint)(bits >> 32);
    }

    /// <summary>Gives scalars another rate.</summary>
    public StepScalars WithRate(StepScalars k, double rate)
    {
        SetRate(ref k, rate);
        k.RateFollowsIterations = 1;
        return k;
    }

    /// <summary>Throws where Keras does not let a rate follow the one there is.</summary>
    public void RequireReplaceable(LambLearningRate next)
    {
        if (LearningRate.IsCallable)
        {
            throw new InvalidOperationException(
                "The learning rate comes from a function, which cannot be replaced: let the function return "
                + "another value.");
        }

        if (LearningRate.Schedule != null && next.Schedule == null)
        {
            throw new InvalidOperationException(
                $"The learning rate comes from {LearningRate}, and only another schedule can replace it, not "
                + $"{next}: create the optimizer with a number to set numbers.");
        }
    }

    private StepScalars Constants() => new()
    {
        Epsilon = AtLeastNormal(options.Epsilon),
        GradientScale = (float)(1 / (options.LossScaleFactor ?? 1)),
        AccumulationShare = (float)(1.0 / window),
        ClipLimit = AtLeastNormal(Math.Min(
            options.ClipNorm ?? options.GlobalClipNorm ?? options.ClipValue ?? 0, LargestClipLimit())),
        ClipMode = options.ClipNorm > 0 ? ClipMode.Variable
            : options.GlobalClipNorm > 0 ? ClipMode.Global
            : options.NormalizeGradients ? ClipMode.Normalize
            : ClipMode.None,
        WeightDecay = (float)(options.WeightDecay ?? 0),
        TrustRatioMin = (float)options.TrustRatioMin,
        TrustRatioMax = (float)options.TrustRatioMax,
        WeightNormMin = (float)options.WeightNormMin,
        WeightNormMax = (float)options.WeightNormMax,
        GrowthSteps = options.DynamicLossScale?.DynamicGrowthSteps ?? 0,
        MinScale = (float)(options.DynamicLossScale?.MinScale ?? 0),
        MaxScale = (float)(options.DynamicLossScale?.MaxScale ?? 0),
        RateFollowsIterations = LearningRate.Schedule != null ? 1 : 0,
    };

    // What is above 0 stays above 0 in float32, and has a reciprocal there.
    private static float AtLeastNormal(double value) =>
        value > 0 ? Math.Max((float)value, SmallestNormal) : 0;

    // No norm in float32 is beyond 2^64, and the kernel divides by the limit: a larger one must not round to infinity,
    // nor its reciprocal to 0. What is infinite stays so, as in Keras.
    private double LargestClipLimit() => options.GlobalClipNorm is { } limit && double.IsFinite(limit)
        ? LargestWithReciprocal
        : double.PositiveInfinity;

    private void SetMoments(ref StepScalars k, long step)
    {
        double beta1 = options.Beta1.Now(), beta2 = options.Beta2.Now();
        k.OneMinusBeta1 = (float)(1 - beta1);
        k.OneMinusBeta2 = (float)(1 - beta2);
        k.GradientShare = options.GradientAveraging ? 1 : (float)(1 / (1 - beta1));
        double first = 1 - Math.Pow(beta1, step), second = 1 - Math.Pow(beta2, step);
        bool isOfUpdate = options.BiasCorrection == LambBiasCorrection.Update;
        bool isOfRate = options.BiasCorrection == LambBiasCorrection.LearningRate;
        k.FirstMomentCorrection = isOfUpdate ? (float)(1 / first) : 1;
        k.SecondMomentCorrection = isOfUpdate ? (float)(1 / second) : 1;
        k.RateCorrection = isOfRate ? (float)(Math.Sqrt(second) / first) : 1;
    }

    private void SetRate(ref StepScalars k, double rate)
    {
        k.LearningRate = (float)rate;
        k.WeightDecayRate = (float)((options.WeightDecay ?? 0) * rate);
    }

    // The first iteration copies the weights, on every micro-step of it.
    private void SetAverage(ref StepScalars k, long rawIteration)
    {
        if (options.UseEma)
        {
            long iterations = rawIteration / window;
            int frequency = options.EmaOverwriteFrequency ?? 0;
            double dither = DitherAt(rawIteration);
            k.AverageMomentum = (float)options.EmaMomentum;
            k.OneMinusAverageMomentum = iterations == 0 ? 1 : (float)(1 - options.EmaMomentum);
            k.AverageDither = (float)Math.Abs(dither);

            // Between 0.6 and 1.3 of the last place, and 1.25 of the one below a power of two, which is half as large:
            // that is rounded to one, whether the product is or not.
            k.AverageDitherSide = (float)Math.CopySign(Math.ScaleB(1.25, -24), dither);
            k.AverageMode = frequency > 0 && (iterations + 1) % frequency == 0
                ? AverageMode.MoveAndOverwrite
                : AverageMode.Move;
        }
    }

    // Multiples of the golden ratio, modulo 1: of all sequences the one that fills the interval most evenly at any
    // length (Weyl 1916). In the middle of one of 2²⁴ parts: neither end of (−½, ½) is reached, where a tie would be.
    private static double DitherAt(long rawIteration)
    {
        ulong fraction = unchecked((ulong)rawIteration * 0x9E3779B97F4A7C15);
        return (((fraction >> 40) + 0.5) / (1 << 24)) - 0.5;
    }
}
