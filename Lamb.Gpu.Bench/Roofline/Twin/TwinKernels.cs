using ILGPU.Runtime;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Kernels.Workers;
using Lamb.Gpu.Launch;
using Halves = Lamb.Gpu.Kernels.Workers.HalfStorage<
    Lamb.Gpu.Kernels.Formats.BFloat16Format, Lamb.Gpu.Bench.Roofline.Twin.TwinRounding>;

namespace Lamb.Gpu.Bench.Roofline.Twin;

/// <summary>Compiles the kernels of an optimizer that only moves the bytes of its steps.</summary>
/// <remarks>What lies in memory in 16 bits is moved in 16 bits, and widened by a shift whatever its format.</remarks>
internal static class TwinKernels
{
    /// <summary>Compiles the library's kernels around the twins of their equations.</summary>
    public static CompiledKernels Compile(Accelerator accelerator, Tuning tuning, KernelForm form) =>
        form.DataTypes.IsSingle
            ? Compile<QuadPack, SoleWeights<SingleStorage>, SingleStorage, SingleStorage>(accelerator, tuning, form)
            : form.DataTypes switch
            {
                { Pair.Weights: LambDataType.Float32 } =>
                    WithWeights<SoleWeights<SingleStorage>>(accelerator, tuning, form),
                { KeepsMasters: false } => WithWeights<SoleWeights<Halves>>(accelerator, tuning, form),
                _ => form.OwnsWeights
                    ? WithWeights<OwnMasterWeights<BFloat16Format, TwinRounding>>(accelerator, tuning, form)
                    : WithWeights<TwinMasters>(accelerator, tuning, form),
            };

    private static CompiledKernels WithWeights<TWeights>(Accelerator accelerator, Tuning tuning, KernelForm form)
        where TWeights : struct, IWeightStorage => form.DataTypes.Pair.Gradients == LambDataType.Float32
            ? WithGradients<TWeights, SingleStorage>(accelerator, tuning, form)
            : WithGradients<TWeights, Halves>(accelerator, tuning, form);

    private static CompiledKernels WithGradients<TWeights, TGradients>(
        Accelerator accelerator, Tuning tuning, KernelForm form)
        where TWeights : struct, IWeightStorage
        where TGradients : struct, IStorage => form.DataTypes.Moments == LambDataType.Float32
            ? Compile<OctPack, TWeights, TGradients, SingleStorage>(accelerator, tuning, form)
            : Compile<OctPack, TWeights, TGradients, Halves>(accelerator, tuning, form);

    private static CompiledKernels Compile<TWide, TWeights, TGradients, TMoments>(
        Accelerator accelerator, Tuning tuning, KernelForm form)
        where TWide : struct, IGroupPack<TWide>
        where TWeights : struct, IWeightStorage
        where TGradients : struct, IStorage
        where TMoments : struct, IStorage => tuning.IsHost
            ? CompiledKernels.Compile<
                TwinWorker<VectorWorker<TWeights, TGradients, TMoments>>, HostClaims>(accelerator, form)
            : CompiledKernels.Compile<
                TwinWorker<GroupWorker<TWide, TWeights, TGradients, TMoments>>, GroupClaims>(accelerator, form);
}
