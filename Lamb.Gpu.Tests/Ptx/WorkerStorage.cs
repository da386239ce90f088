using Lamb.Gpu.Kernels;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Workers;

namespace Lamb.Gpu.Tests.Ptx;

/// <summary>How the streams of a worker on a GPU lie in memory.</summary>
/// <param name="Weights">Where weights come from and go to.</param>
/// <param name="Gradients">How gradients lie.</param>
/// <param name="Moments">How both moments lie.</param>
internal sealed record WorkerStorage(Type Weights, Type Gradients, Type Moments)
{
    private static readonly Type BrainByChance = typeof(Stochastic<BFloat16Format>);

    /// <summary>Everything in float32.</summary>
    public static WorkerStorage Single { get; } =
        new(typeof(SoleWeights<Float32Format>), typeof(Float32Format), typeof(Float32Format));

    /// <summary>Whether all of them are float32.</summary>
    public bool IsSingle => this == Single;

    /// <summary>Whether it is one of the forms that stand for all: master copies or float32, moments in float32; or
    /// everything in bfloat16, rounded by chance.</summary>
    public bool IsListed => (Weights == typeof(SoleWeights<>).MakeGenericType(BrainByChance)
            && Moments == BrainByChance && FormatOf(Gradients) == typeof(BFloat16Format))
        || ((HasMasters || Weights == typeof(SoleWeights<Float32Format>)) && IsMixed);

    /// <summary>Whether there is a master copy beside weights that anybody may write.</summary>
    public bool HasMasters => Weights.GetGenericTypeDefinition() == typeof(MasterWeights<>);

    private bool IsMixed => Moments == typeof(Float32Format);

    /// <summary>The storage of a worker, or null where a type is none.</summary>
    public static WorkerStorage? Of(Type worker) =>
        worker.IsGenericType && worker.GetGenericTypeDefinition() == typeof(GroupWorker<,,,>)
        && worker.GetGenericArguments() is [_, var weights, var gradients, var moments]
            ? new WorkerStorage(weights, gradients, moments)
            : null;

    /// <summary>How many accesses of 16 bytes move some streams: those of four floats, of which a lane that takes eight
    /// needs two, and those of eight halves.</summary>
    public (int Singles, int Halves) Accesses(Streams streams)
    {
        (int singles, int halves) = (0, 0);
        foreach (Streams stream in Enum.GetValues<Streams>().Where(each => each != 0 && (streams & each) != 0))
        {
            Type? format = stream switch
            {
                Streams.Weight => FormatOf(Weights.GetGenericArguments()[0]),
                Streams.Gradient => FormatOf(Gradients),
                Streams.FirstMoment or Streams.SecondMoment => FormatOf(Moments),
                _ => null,
            };
            bool hasMaster = stream == Streams.Weight && HasMasters;
            halves += format != null ? 1 : 0;
            singles += format == null || hasMaster ? (IsSingle ? 1 : 2) : 0;
        }

        return (singles, halves);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"({NameOf(Weights)}{(HasMasters ? " + master" : "")}, {NameOf(Gradients)}, {NameOf(Moments)})";

    private static string NameOf(Type storage)
    {
        bool isOfWeights = storage.IsAssignableTo(typeof(IWeightMemory));
        Type? format = FormatOf(isOfWeights ? storage.GetGenericArguments()[0] : storage);
        return format == null ? "fp32" : format == typeof(BFloat16Format) ? "bf16" : "fp16";
    }

    private static Type? FormatOf(Type storage) =>
        storage == typeof(Float32Format) ? null
        : storage.IsGenericType ? storage.GetGenericArguments()[0]
        : storage;
}
