using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using ILGPU.Runtime;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Kernels.Workers;

namespace Lamb.Gpu.Launch;

/// <summary>Chooses the worker that fits the machine and the storage of weights, gradients and moments.</summary>
/// <remarks>The one place where storage becomes a type: kernels know nothing of it.</remarks>
internal static class WorkerChoice
{
    // Weak: an entry goes with its accelerator. What ILGPU keeps itself, it lets go of when nobody launches it.
    private static readonly ConditionalWeakTable<
        Accelerator, ConcurrentDictionary<(bool IsHost, KernelForm Form), CompiledKernels>> Compiled = [];

    /// <summary>The kernels around it, compiled by the first who asks for them on an accelerator.</summary>
    public static CompiledKernels For(Accelerator accelerator, Tuning tuning, KernelForm form) =>
        Compiled.GetOrCreateValue(accelerator).GetOrAdd(
            (tuning.IsHost, form), static (key, made) => Compile(made.accelerator, made.tuning, key.Form),
            (accelerator, tuning));

    /// <summary>Compiles the kernels around it.</summary>
    public static CompiledKernels Compile(Accelerator accelerator, Tuning tuning, KernelForm form) =>
        form.DataTypes.IsSingle
            ? Compile<QuadPack, SoleWeights<SingleStorage>, SingleStorage, SingleStorage>(accelerator, tuning, form)
            : form.DataTypes.Pair.Weights switch
            {
                LambDataType.Float16 => WithHalves<Float16Format>(accelerator, tuning, form),
                LambDataType.BFloat16 => WithHalves<BFloat16Format>(accelerator, tuning, form),
                _ => WithWeights<SoleWeights<SingleStorage>>(accelerator, tuning, form),
            };

    private static CompiledKernels WithHalves<TFormat>(Accelerator accelerator, Tuning tuning, KernelForm form)
        where TFormat : struct, IHalfFormat => form.DataTypes switch
        {
            { KeepsMasters: true } => form.OwnsWeights
                ? WithWeights<OwnMasterWeights<TFormat, NearestRounding>>(accelerator, tuning, form)
                : WithWeights<MasterWeights<TFormat>>(accelerator, tuning, form),
            { Rounding: LambRounding.Stochastic } =>
                WithWeights<SoleWeights<HalfStorage<TFormat, StochasticRounding>>>(accelerator, tuning, form),
            _ => WithWeights<SoleWeights<HalfStorage<TFormat, NearestRounding>>>(accelerator, tuning, form),
        };

    // Gradients are only read: how they would be rounded is nobody's question.
    private static CompiledKernels WithWeights<TWeights>(Accelerator accelerator, Tuning tuning, KernelForm form)
        where TWeights : struct, IWeightStorage => form.DataTypes.Pair.Gradients switch
        {
            LambDataType.Float16 =>
                WithGradients<TWeights, HalfStorage<Float16Format, NearestRounding>>(accelerator, tuning, form),
            LambDataType.BFloat16 =>
                WithGradients<TWeights, HalfStorage<BFloat16Format, NearestRounding>>(accelerator, tuning, form),
            _ => WithGradients<TWeights, SingleStorage>(accelerator, tuning, form),
        };

    private static CompiledKernels WithGradients<TWeights, TGradients>(
        Accelerator accelerator, Tuning tuning, KernelForm form)
        where TWeights : struct, IWeightStorage
        where TGradients : struct, IStorage => form.DataTypes.Moments == LambDataType.Float32
            ? Compile<OctPack, TWeights, TGradients, SingleStorage>(accelerator, tuning, form)
            : Compile<OctPack, TWeights, TGradients, HalfStorage<BFloat16Format, StochasticRounding>>(
                accelerator, tuning, form);

    private static CompiledKernels Compile<TWide, TWeights, TGradients, TMoments>(
        Accelerator accelerator, Tuning tuning, KernelForm form)
        where TWide : struct, IGroupPack<TWide>
        where TWeights : struct, IWeightStorage
        where TGradients : struct, IStorage
        where TMoments : struct, IStorage => tuning.IsHost
            ? CompiledKernels.Compile<
                VectorWorker<TWeights, TGradients, TMoments>, HostClaims>(accelerator, form)
            : CompiledKernels.Compile<
                GroupWorker<TWide, TWeights, TGradients, TMoments>, GroupClaims>(accelerator, form);
}
