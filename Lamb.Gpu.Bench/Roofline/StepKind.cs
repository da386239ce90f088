using ILGPU.Runtime;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Launch;
using Lamb.Gpu.Tiles;

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

    private static readonly Streams[] Norms = StreamsOf<GradientNormKernel<DirectGradient>>();
    private static readonly Streams[] Moments = StreamsOf<MomentKernel<DirectGradient, SharedWeights>>();
    private static readonly Streams[] Update = [.. Moments, .. StreamsOf<ApplyKernel>()];

    private static readonly Streams[] OwnUpdate =
    [
        .. StreamsOf<MomentKernel<DirectGradient, ExclusiveWeights>>(), .. StreamsOf<WeightNormKernel<ApplyKernel>>(),
    ];

    private static readonly DataTypePair Brain = new(LambDataType.BFloat16, LambDataType.BFloat16);
    private static readonly LambOptions Own = Usual with { WeightAccess = LambWeightAccess.Exclusive };

    private static readonly LambOptions ByChance =
        Usual with { MasterWeights = false, WeightRounding = LambRounding.Stochastic };

    /// <summary>Gets all kinds.</summary>
    public static IReadOnlyList<StepKind> All { get; } =
    [
        OfUpdate("plain", Usual),
        OfUpdate("exclusive", Own),
        Of("clip", Usual with { GlobalClipNorm = 1 }, [.. Norms, .. Update]),
        Of("dynamic", Usual with { DynamicLossScale = new() { DynamicGrowthSteps = Never } }, [.. Norms, .. Update]),
        Of("ema", Usual with { UseEma = true }, [.. Moments, .. StreamsOf<AverageKernel<ApplyKernel>>()]),
        Of("accumulate", Usual with { GradientAccumulationSteps = Never }, StreamsOf<AccumulateKernel>()),
        OfUpdate("bf16", Usual, Brain),
        OfUpdate("bf16-exclusive", Own, Brain),
        OfUpdate("bf16-stochastic", ByChance, Brain),
        OfUpdate("bf16-all", ByChance with { MomentDataType = LambDataType.BFloat16 }, Brain),
        OfUpdate("fp16", Usual, new(LambDataType.Float16, LambDataType.Float16)),
    ];

    /// <summary>Gets how weights and gradients lie in memory.</summary>
    public DataTypePair DataTypes { get; private init; }

    /// <summary>Gets the bytes of state that an optimizer keeps of a parameter.</summary>
    public int StateBytesPerParameter => (2 * LambView.SizeOf(Options.MomentDataType))
        + (sizeof(float) * ((Options.UseEma ? 1 : 0) + (Options.GradientAccumulationSteps > 0 ? 1 : 0)))
        + (HasMasters(Options, DataTypes) ? sizeof(float) : 0);

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

    /// <summary>An update without clips and averages, for any storage.</summary>
    public static StepKind OfUpdate(string name, LambOptions options, DataTypePair storage = default) =>
        Of(name, options, options.WeightAccess == LambWeightAccess.Shared ? Update : OwnUpdate, storage);

    /// <summary>Finds a kind by its name.</summary>
    /// <exception cref="UsageException">There is none; the text names those there are.</exception>
    public static StepKind Find(string name) => All.FirstOrDefault(kind => kind.Name == name)
        ?? throw new UsageException(
            $"--options must be one of {string.Join(", ", All.Select(kind => kind.Name))}, was '{name}'.");

    private static StepKind Of(string name, LambOptions options, Streams[] moved, DataTypePair storage = default)
    {
        // Streams that are read, then those that are written, kernel by kernel.
        int bytes = moved.Index().Sum(each => BytesOf(each.Item, isRead: each.Index % 2 == 0, options, storage));
        return new StepKind(name, options, bytes) { DataTypes = storage };
    }

    private static Streams[] StreamsOf<TKernel>()
        where TKernel : struct, ITileKernel => [TKernel.Reads, TKernel.Writes];

    private static int BytesOf(Streams streams, bool isRead, LambOptions options, DataTypePair storage)
    {
        int bytes = 0;
        foreach (Streams stream in Enum.GetValues<Streams>().Where(each => each != 0 && (streams & each) != 0))
        {
            bytes += stream switch
            {
                Streams.Gradient => LambView.SizeOf(storage.Gradients),
                Streams.FirstMoment or Streams.SecondMoment => LambView.SizeOf(options.MomentDataType),
                Streams.Weight => WeightBytes(isRead, options, storage),
                _ => sizeof(float),
            };
        }

        return bytes;
    }

    // Beside a master copy the weights themselves are read where somebody else may have written them.
    private static int WeightBytes(bool isRead, LambOptions options, DataTypePair storage) =>
        !HasMasters(options, storage) ? LambView.SizeOf(storage.Weights)
        : isRead && options.WeightAccess != LambWeightAccess.Shared ? sizeof(float)
        : sizeof(float) + LambView.SizeOf(storage.Weights);

    private static bool HasMasters(LambOptions options, DataTypePair storage) =>
        options.MasterWeights && storage.Weights != LambDataType.Float32;
}
