using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using ILGPU.Runtime;
using Lamb.Gpu.Kernels.Claims;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Lanes;
using Lamb.Gpu.Kernels.Storages;
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
        form.Storage.IsSingle
            ? Compile<QuadLane, SoleWeights<SingleStorage>, SingleStorage, SingleStorage>(accelerator, tuning, form)
            : form.Storage.Pair.Weights switch
            {
                LambStorage.Float16 => WithHalves<Float16Format>(accelerator, tuning, form),
                LambStorage.BFloat16 => WithHalves<BFloat16Format>(accelerator, tuning, form),
                _ => WithWeights<SoleWeights<SingleStorage>>(accelerator, tuning, form),
            };

    private static CompiledKernels WithHalves<TFormat>(Accelerator accelerator, Tuning tuning, KernelForm form)
        where TFormat : struct, IHalfFormat => form.Storage switch
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
        where TWeights : struct, IWeightStorage => form.Storage.Pair.Gradients switch
        {
            LambStorage.Float16 =>
                WithGradients<TWeights, HalfStorage<Float16Format, NearestRounding>>(accelerator, tuning, form),
            LambStorage.BFloat16 =>
                WithGradients<TWeights, HalfStorage<BFloat16Format, NearestRounding>>(accelerator, tuning, form),
            _ => WithGradients<TWeights, SingleStorage>(accelerator, tuning, form),
        };

    private static CompiledKernels WithGradients<TWeights, TGradients>(
        Accelerator accelerator, Tuning tuning, KernelForm form)
        where TWeights : struct, IWeightStorage
        where TGradients : struct, IStorage => form.Storage.Moments == LambStorage.Float32
            ? Compile<OctLane, TWeights, TGradients, SingleStorage>(accelerator, tuning, form)
            : Compile<OctLane, TWeights, TGradients, HalfStorage<BFloat16Format, StochasticRounding>>(
                accelerator, tuning, form);

    private static CompiledKernels Compile<TWide, TWeights, TGradients, TMoments>(
        Accelerator accelerator, Tuning tuning, KernelForm form)
        where TWide : struct, IGroupLane<TWide>
        where TWeights : struct, IWeightStorage
        where TGradients : struct, IStorage
        where TMoments : struct, IStorage => tuning.IsHost
            ? CompiledKernels.Compile<
                VectorWorker<TWeights, TGradients, TMoments>, HostClaims>(accelerator, form)
            : CompiledKernels.Compile<
                GroupWorker<TWide, TWeights, TGradients, TMoments>, GroupClaims>(accelerator, form);
}
