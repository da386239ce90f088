using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Kernels.Workers;

namespace Lamb.Gpu.Bench.Roofline.Twin;

/// <summary>bfloat16 without rounding: the upper half of a float32 goes to memory as it is, which computes
/// nothing.</summary>
internal readonly struct TwinFormat : IFormat
{
    /// <inheritdoc/>
    public static int Size => sizeof(ushort);

    /// <inheritdoc/>
    public static TPack Load<TPack>(ArrayView<float> view, long index)
        where TPack : struct, IGroupPack<TPack> => TPack.LoadHalves<BFloat16Format>(view, index);

    /// <inheritdoc/>
    public static void Store<TPack>(ArrayView<float> view, long index, TPack value, Noise noise)
        where TPack : struct, IGroupPack<TPack> => TPack.StoreHalves<BFloat16Format>(view, index, value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Load<TPack>(ref float first, nint index)
        where TPack : struct, IHostPack<TPack> => TPack.LoadHalves<BFloat16Format>(ref first, index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TPack>(ref float first, nint index, TPack value, Noise noise)
        where TPack : struct, IHostPack<TPack> => TPack.StoreHalves<BFloat16Format>(ref first, index, value);
}
