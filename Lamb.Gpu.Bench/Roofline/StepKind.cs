using System.Numerics;
using ILGPU.Runtime;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Kernels.Gradients;
using Lamb.Gpu.Kernels.WeightAccess;
using Lamb.Gpu.Launch;

namespace Lamb.Gpu.Bench.Roofline;

/// <summary>A kind of step: its options, and the bytes that its kernels move.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Options">The options of the optimizer.</param>
/// <param name="BytesPerParameter">What the kernels read and write of a parameter.</param>
internal sealed record StepKind(string Name, LambOptions Options, int BytesPerParameter)
{
    // So many that no window ends and no scale doubles while time is taken.
    private const int Never = 1 << 30;

    // Small, so that weights stay what they are through many steps.
    private static readonly LambOptions Usual = new() { LearningRate = 1e-6, WeightDecay = 0.01 };

    private static readonly int Norms = BytesOf<GradientNormKernel<DirectGradient>>();
    private static readonly int Moments = BytesOf<MomentKernel<DirectGradient, SharedWeights>>();
    private static readonly int Update = Moments + BytesOf<ApplyKernel>();

    private static readonly int OwnUpdate =
        BytesOf<MomentKernel<DirectGradient, ExclusiveWeights>>() + BytesOf<WeightNormKernel<ApplyKernel>>();

    /// <summary>Gets all kinds.</summary>
    public static IReadOnlyList<StepKind> All { get; } =
    [
        new("plain", Usual, Update),
        new("exclusive", Usual with { WeightAccess = LambWeightAccess.Exclusive }, OwnUpdate),
        new("clip", Usual with { GlobalClipNorm = 1 }, Norms + Update),
        new("dynamic", Usual with { DynamicLossScale = new() { DynamicGrowthSteps = Never } }, Norms + Update),
        new("ema", Usual with { UseEma = true }, Moments + BytesOf<AverageKernel<ApplyKernel>>()),
        new("accumulate", Usual with { GradientAccumulationSteps = Never }, BytesOf<AccumulateKernel>()),
    ];

    /// <summary>Gets the bytes of state that an optimizer keeps of a parameter.</summary>
    public int StateBytesPerParameter =>
        sizeof(float) * (2 + (Options.UseEma ? 1 : 0) + (Options.GradientAccumulationSteps > 0 ? 1 : 0));

    /// <summary>Gets whether one launch does all stages of an update; null for what the library does.</summary>
    public bool? OneLaunch { get; init; }

    /// <summary>Gets the tuning of the optimizers that are measured.</summary>
    public Tuning TuningFor(Accelerator accelerator)
    {
        var usual = Tuning.For(accelerator);
        return OneLaunch switch
        {
            true => usual.InOneLaunch(accelerator),
            false => usual with { Claim = null },
            null => usual,
        };
    }

    /// <summary>Finds a kind by its name.</summary>
    /// <exception cref="UsageException">There is none; the text names those there are.</exception>
    public static StepKind Find(string name) => All.FirstOrDefault(kind => kind.Name == name)
        ?? throw new UsageException(
            $"--options must be one of {string.Join(", ", All.Select(kind => kind.Name))}, was '{name}'.");

    private static int BytesOf<TKernel>()
        where TKernel : struct, ITileKernel =>
        sizeof(float) * (BitOperations.PopCount((uint)TKernel.Reads) + BitOperations.PopCount((uint)TKernel.Writes));
}
