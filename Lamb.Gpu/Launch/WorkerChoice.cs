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
            ? Compile<QuadPack, SoleWeights<Float32Format>, Float32Format, Float32Format>(accelerator, tuning, form)
            : form.DataTypes.Pair.Weights switch
            {
                LambDataType.Float16 => WithHalves<Float16Format>(accelerator, tuning, form),
                LambDataType.BFloat16 => WithHalves<BFloat16Format>(accelerator, tuning, form),
                _ => WithWeights<SoleWeights<Float32Format>>(accelerator, tuning, form),
            };

    private static CompiledKernels WithHalves<TFormat>(Accelerator accelerator, Tuning tuning, KernelForm form)
        where TFormat : struct, IHalfFormat => form.DataTypes switch
        {
            { KeepsMasters: true } => form.OwnsWeights
                ? WithWeights<OwnMasterWeights<Nearest<TFormat>>>(accelerator, tuning, form)
                : WithWeights<MasterWeights<TFormat>>(accelerator, tuning, form),
            { Rounding: LambRounding.Stochastic } =>
                WithWeights<SoleWeights<Stochastic<TFormat>>>(accelerator, tuning, form),
            _ => WithWeights<SoleWeights<Nearest<TFormat>>>(accelerator, tuning, form),
        };

    // Gradients are only read: how they would be rounded is nobody's question.
    private static CompiledKernels WithWeights<TWeights>(Accelerator accelerator, Tuning tuning, KernelForm form)
        where TWeights : struct, IWeightMemory => form.DataTypes.Pair.Gradients switch
        {
            LambDataType.Float16 =>
                WithGradients<TWeights, Nearest<Float16Format>>(accelerator, tuning, form),
            LambDataType.BFloat16 =>
                WithGradients<TWeights, Nearest<BFloat16Format>>(accelerator, tuning, form),
            _ => WithGradients<TWeights, Float32Format>(accelerator, tuning, form),
        };

    private static CompiledKernels WithGradients<TWeights, TGradients>(
        Accelerator accelerator, Tuning tuning, KernelForm form)
        where TWeights : struct, IWeightMemory
        where TGradients : struct, IFormat => form.DataTypes.Moments == LambDataType.Float32
            ? Compile<OctPack, TWeights, TGradients, Float32Format>(accelerator, tuning, form)
            : Compile<OctPack, TWeights, TGradients, Stochastic<BFloat16Format>>(
                accelerator, tuning, form);

    private static CompiledKernels Compile<TWide, TWeights, TGradients, TMoments>(
        Accelerator accelerator, Tuning tuning, KernelForm form)
        where TWide : struct, IGroupPack<TWide>
        where TWeights : struct, IWeightMemory
        where TGradients : struct, IFormat
        where TMoments : struct, IFormat => tuning.IsHost
            ? CompiledKernels.Compile<
                VectorWorker<TWeights, TGradients, TMoments>, HostClaims>(accelerator, form)
            : CompiledKernels.Compile<
                GroupWorker<TWide, TWeights, TGradients, TMoments>, GroupClaims>(accelerator, form);
}
