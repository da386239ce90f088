using System.Text;
using CsCheck;

namespace Lamb.Gpu.Tests.Configuration;

/// <summary>Options of every kind that a config can hold, with numbers of every size.</summary>
internal static class RandomOptions
{
    private static readonly Gen<double> Finite =
        Gen.OneOf(
            Gen.Double.Where(number => Math.Abs(number) <= float.MaxValue),
            Gen.OneOf(0.0, -0.0, double.Epsilon, float.MaxValue, 1e15));

    private static readonly Gen<double> Positive = Finite.Select(Math.Abs).Where(number => number > 0);

    // The device divides by them.
    private static readonly Gen<double> Scales = Finite.Where(
        number => Math.Abs((float)number) is >= 1.1754944e-38f and <= 8.507059e37f);

    // −0 is not negative to the rules, and must keep its sign.
    private static readonly Gen<double> NotNegative = Gen.OneOf(Positive, Gen.OneOf(0.0, -0.0));

    // Whole and broken counts; from 2⁵³ on a whole one is written as a float.
    private static readonly Gen<double> Counts =
        Gen.OneOf(Gen.Int[1, 1000].Select(count => (double)count), Positive, Gen.Const(Math.Pow(2, 53)));

    private static readonly Gen<string> Names =
        Gen.String.Where(name => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name)) == name);

    private static readonly Gen<string> ScheduleNames = Names.Select(name => name.Replace('/', '-'));

    private static readonly Gen<LearningRateSchedule> Schedules = Gen.OneOf<LearningRateSchedule>(
        Gen.Select(Finite, Counts, Finite, ScheduleNames, Finite.Nullable(), NotNegative, Cosine),
        Gen.Select(Finite, Counts, Positive, Finite, Finite, ScheduleNames, Restarts),
        Gen.Select(Finite, Counts, Positive, Gen.Bool, ScheduleNames, Exponential),
        Gen.Select(Finite, Counts, Finite, Gen.Bool, ScheduleNames, InverseTime),
        Gen.Select(Finite.Array[3], Finite.Array[4], ScheduleNames, Piecewise),
        Gen.Select(Finite, Counts, Finite, Finite, Gen.Bool, ScheduleNames, Polynomial));

    private static readonly Gen<LambLearningRate> Rates = Gen.OneOf(
        Finite.Select(LambLearningRate.FromDouble), Schedules.Select(LambLearningRate.FromLearningRateSchedule));

    private static readonly Gen<LambBeta> Betas =
        Gen.OneOf(Gen.Double.Unit, Gen.OneOf(0.0, -0.0, Math.BitDecrement(1.0))).Select(LambBeta.FromDouble);

    private static readonly Gen<LambOptions> Numbers = Gen.Select(
        Names, Rates, Betas, Betas, NotNegative, Finite.Nullable(), Scales.Nullable(),
        (name, rate, beta1, beta2, epsilon, decay, factor) => new LambOptions
        {
            Name = name,
            LearningRate = rate,
            Beta1 = beta1,
            Beta2 = beta2,
            Epsilon = epsilon,
            WeightDecay = decay,
            LossScaleFactor = factor,
        });

    private static readonly Gen<LambDynamicLossScale?> LossScales = Gen.Select(
        Gen.Bool, Names, Scales.Select(Math.Abs), Gen.Int[1, int.MaxValue],
        (isSet, name, scale, steps) => isSet
            ? new LambDynamicLossScale { Name = name, InitialScale = scale, DynamicGrowthSteps = steps }
            : null);

    private static readonly Gen<(double Min, double Max)> Limits = Gen.Select(
        NotNegative,
        Gen.OneOf(Positive, Gen.Const(double.PositiveInfinity)).Where(limit => (float)limit > 0),
        (one, other) => (Math.Min(one, other), Math.Max(one, other)));

    // What decays by the update or by the gradient is not for the optimizer alone.
    private static readonly Gen<Func<LambOptions, LambOptions>> Variants = Gen.Select(
        Gen.Enum<LambWeightDecayMode>(), Gen.Enum<LambBiasCorrection>(), Gen.Enum<LambTrustRatioScope>(),
        Limits, Limits, Gen.Bool, Gen.Select(Gen.Enum<LambWeightAccess>(), Gen.Int),
        (mode, correction, scope, ratio, norm, flag, own) => (Func<LambOptions, LambOptions>)(keras => keras with
        {
            WeightDecayMode = own.Item1 == LambWeightAccess.Shared ? mode : LambWeightDecayMode.Decoupled,
            BiasCorrection = correction,
            TrustRatioScope = scope,
            TrustRatioMin = ratio.Min,
            TrustRatioMax = ratio.Max,
            WeightNormMin = norm.Min,
            WeightNormMax = norm.Max,
            GradientAveraging = flag,
            NormalizeGradients = (keras.ClipNorm ?? keras.GlobalClipNorm ?? keras.ClipValue) == null,
            WeightAccess = own.Item1,
            MasterWeights = flag,
            WeightRounding = flag ? LambRounding.Nearest : LambRounding.Stochastic,
            RoundingSeed = own.Item2,
            MomentDataType = own.Item2 % 2 == 0 ? LambDataType.Float32 : LambDataType.BFloat16,
        }));

    private static readonly Gen<LambOptions> Keras = Gen.Select(
        Numbers, Gen.Int[0, 3], Finite, Gen.Bool, Gen.Double.Unit, Gen.Int[0, int.MaxValue].Nullable(),
        Gen.OneOf(Gen.Const(0), Gen.Int[2, int.MaxValue]).Nullable(), LossScales,
        (numbers, clip, limit, useEma, momentum, frequency, accumulation, lossScale) => numbers with
        {
            ClipNorm = clip == 1 ? limit : null,
            GlobalClipNorm = clip == 2 ? limit : null,
            ClipValue = clip == 3 ? limit : null,
            UseEma = useEma,
            EmaMomentum = momentum,
            EmaOverwriteFrequency = frequency,
            GradientAccumulationSteps = accumulation,
            DynamicLossScale = lossScale,
        });

    /// <summary>Gets options that the optimizer takes: those of Keras, and as often with others.</summary>
    public static Gen<LambOptions> Valid { get; } = Gen.Select(
        Keras, Variants, Gen.Bool, (keras, vary, varies) => varies ? vary(keras) : keras);

    private static CosineDecay Cosine(
        double rate, double steps, double alpha, string name, double? target, double warmup) =>
        new(rate, steps, alpha, name, target, warmup);

    private static CosineDecayRestarts Restarts(
        double rate, double steps, double tMul, double mMul, double alpha, string name) =>
        new(rate, steps, tMul, mMul, alpha, name);

    private static ExponentialDecay Exponential(double rate, double steps, double decay, bool staircase, string name) =>
        new(rate, steps, decay, staircase, name);

    private static InverseTimeDecay InverseTime(double rate, double steps, double decay, bool staircase, string name) =>
        new(rate, steps, decay, staircase, name);

    private static PiecewiseConstantDecay Piecewise(double[] boundaries, double[] values, string name) =>
        new([.. boundaries.Order()], values, name);

    private static PolynomialDecay Polynomial(
        double rate, double steps, double end, double power, bool cycle, string name) =>
        new(rate, steps, end, power, cycle, name);
}
