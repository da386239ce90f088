using Lamb.Gpu.Tests.Schedules;

namespace Lamb.Gpu.Tests.Checkpoints;

/// <summary>Every choice that every option has, and every way in which numbers lie in memory.</summary>
internal static class ResumeChoices
{
    private static readonly LambOptions Usual = new() { LearningRate = 0.05, WeightDecay = 0.1 };

    private static readonly LambDataType[] Storages = Enum.GetValues<LambDataType>();

    /// <summary>Gets options that differ from the usual ones in one choice, each with its name.</summary>
    public static IReadOnlyList<(string Name, LambOptions Options)> OfOptions =>
    [
        .. Rates, .. Gradients, .. Averages, .. LossScales, .. Forms,
        .. Enum.GetValues<LambVariant>().Select(variant => ($"variant {variant}", LambOptions.ForVariant(variant))),
    ];

    /// <summary>Gets the ways in which numbers lie in memory: float32 first, then every other.</summary>
    public static IReadOnlyList<ResumeStorage> OfStorage =>
    [
        .. from weights in Storages
           from gradients in Storages
           from moments in new[] { LambDataType.Float32, LambDataType.BFloat16 }
           from rounding in RoundingsOf(weights)
           select new ResumeStorage(weights, gradients, moments, rounding.KeepsMasters, rounding.Rounding),
    ];

    private static IEnumerable<(string, LambOptions)> Rates =>
    [
        ("a number", Usual),
        ("a function", Usual with { LearningRate = LambLearningRate.FromFunc(() => 0.05) }),
        ("a schedule of the caller's", Usual with { LearningRate = new Fading() }),
        .. Examples.BuiltIn.Select(schedule =>
            (schedule.GetType().Name, Usual with { LearningRate = schedule })),
    ];

    private static IEnumerable<(string, LambOptions)> Gradients =>
    [
        ("clip value", Usual with { ClipValue = 0.5 }),
        ("clip norm", Usual with { ClipNorm = 0.5 }),
        ("global clip norm", Usual with { GlobalClipNorm = 0.5 }),
        ("gradients of norm 1", Usual with { NormalizeGradients = true }),
        ("two gradients an update", Usual with { GradientAccumulationSteps = 2 }),
        ("three gradients an update, clipped", Usual with { GradientAccumulationSteps = 3, GlobalClipNorm = 0.5 }),
    ];

    private static IEnumerable<(string, LambOptions)> Averages =>
    [
        ("averages", Usual with { UseEma = true, EmaMomentum = 0.9 }),
        ("averages that overwrite", Usual with { UseEma = true, EmaMomentum = 0.9, EmaOverwriteFrequency = 3 }),
        ("averages over windows", Usual with
        {
            UseEma = true,
            EmaOverwriteFrequency = 4,
            GradientAccumulationSteps = 3,
        }),
    ];

    private static IEnumerable<(string, LambOptions)> LossScales =>
    [
        ("fixed loss scale", Usual with { LossScaleFactor = 8 }),
        ("adapting loss scale", Usual with { DynamicLossScale = Adapting }),
        ("adapting loss scale over windows", Usual with
        {
            DynamicLossScale = Adapting,
            GradientAccumulationSteps = 3,
            UseEma = true,
        }),
        ("adapting loss scale, scheduled", Usual with
        {
            DynamicLossScale = Adapting,
            LearningRate = new CosineDecay(0.1, 8),
            GlobalClipNorm = 1,
        }),
    ];

    private static IEnumerable<(string, LambOptions)> Forms =>
    [
        .. Enum.GetValues<LambWeightDecayMode>().Select(each =>
            ($"decay {each}", Usual with { WeightDecayMode = each })),
        .. Enum.GetValues<LambBiasCorrection>().Select(each =>
            ($"bias correction {each}", Usual with { BiasCorrection = each })),
        .. Enum.GetValues<LambTrustRatioScope>().Select(each =>
            ($"trust ratio {each}", Usual with { TrustRatioScope = each })),
        .. Enum.GetValues<LambWeightAccess>().Select(each =>
            ($"weights {each}", Usual with { WeightAccess = each })),
        ("limits of the ratio", Usual with { TrustRatioMin = 0.3, TrustRatioMax = 0.5 }),
        ("limits of the norm", Usual with { WeightNormMin = 0.5, WeightNormMax = 2 }),
        ("gradients not averaged", Usual with { GradientAveraging = false }),
        ("betas from functions", Usual with
        {
            Beta1 = LambBeta.FromFunc(() => 0.8),
            Beta2 = LambBeta.FromFunc(() => 0.9),
        }),
    ];

    private static LambDynamicLossScale Adapting => new() { InitialScale = 8, DynamicGrowthSteps = 2 };

    private static (bool KeepsMasters, LambRounding Rounding)[] RoundingsOf(LambDataType weights) =>
        weights == LambDataType.Float32
            ? [(true, LambRounding.Nearest)]
            : [(true, LambRounding.Nearest), (false, LambRounding.Nearest), (false, LambRounding.Stochastic)];

    private sealed class Fading : LearningRateSchedule
    {
        public override double RateAt(long iteration) => 0.1 / (1 + iteration);
    }
}
