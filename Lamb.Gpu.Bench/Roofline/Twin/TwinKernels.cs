using ILGPU.Runtime;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Kernels.Workers;
using Lamb.Gpu.Launch;

namespace Lamb.Gpu.Bench.Roofline.Twin;

/// <summary>Compiles the kernels of an optimizer that only moves the bytes of its steps.</summary>
/// <remarks>What lies in memory in 16 bits is moved in 16 bits, and widened by a shift whatever its format.</remarks>
internal static class TwinKernels
{
    /// <summary>Compiles the library's kernels around the twins of their equations.</summary>
    public static CompiledKernels Compile(Accelerator accelerator, Tuning tuning, KernelForm form) =>
        form.DataTypes.IsSingle
            ? Compile<QuadPack, SoleWeights<Float32Format>, Float32Format, Float32Format>(accelerator, tuning, form)
            : form.DataTypes switch
            {
                { Pair.Weights: LambDataType.Float32 } =>
                    WithWeights<SoleWeights<Float32Format>>(accelerator, tuning, form),
                { KeepsMasters: false } => WithWeights<SoleWeights<TwinFormat>>(accelerator, tuning, form),
                _ => form.OwnsWeights
                    ? WithWeights<OwnMasterWeights<TwinFormat>>(accelerator, tuning, form)
                    : WithWeights<TwinMasters>(accelerator, tuning, form),
            };

    private static CompiledKernels WithWeights<TWeights>(Accelerator accelerator, Tuning tuning, KernelForm form)
        where TWeights : struct, IWeightMemory => form.DataTypes.Pair.Gradients == LambDataType.Float32
            ? WithGradients<TWeights, Float32Format>(accelerator, tuning, form)
            : WithGradients<TWeights, TwinFormat>(accelerator, tuning, form);

    private static CompiledKernels WithGradients<TWeights, TGradients>(
        Accelerator accelerator, Tuning tuning, KernelForm form)
        where TWeights : struct, IWeightMemory
        where TGradients : struct, IFormat => form.DataTypes.Moments == LambDataType.Float32
            ? Compile<OctPack, TWeights, TGradients, Float32Format>(accelerator, tuning, form)
            : Compile<OctPack, TWeights, TGradients, TwinFormat>(accelerator, tuning, form);

    private static CompiledKernels Compile<TWide, TWeights, TGradients, TMoments>(
        Accelerator accelerator, Tuning tuning, KernelForm form)
        where TWide : struct, IGroupPack<TWide>
        where TWeights : struct, IWeightMemory
        where TGradients : struct, IFormat
        where TMoments : struct, IFormat => tuning.IsHost
            ? CompiledKernels.Compile<
                TwinWorker<VectorWorker<TWeights, TGradients, TMoments>>, HostClaims>(accelerator, form)
            : CompiledKernels.Compile<
                TwinWorker<GroupWorker<TWide, TWeights, TGradients, TMoments>>, GroupClaims>(accelerator, form);
}
