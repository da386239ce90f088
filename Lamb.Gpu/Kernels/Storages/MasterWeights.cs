using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Packs;

namespace Lamb.Gpu.Kernels.Storages;

/// <summary>A master copy in float32 beside the caller's weights of 16 bits, which anybody may write.</summary>
/// <remarks>
/// Where the caller's weight is not what the master rounds to, somebody else has written it, and it is taken:
/// <code>
/// w = round(master) = weight ? master : weight
/// </code>
/// So a master copy of zeros takes the weights by itself, and nothing drifts apart unseen.
/// </remarks>
/// <typeparam name="TFormat">The format of the caller's weights.</typeparam>
internal readonly struct MasterWeights<TFormat> : IWeightStorage
    where TFormat : struct, IHalfFormat
{
    /// <inheritdoc/>
    public static int Size => sizeof(ushort);

    /// <inheritdoc/>
    public static TPack Load<TPack>(ArrayView<float> weights, long weight, ArrayView<float> masters, long master)
        where TPack : struct, IGroupPack<TPack> =>
        TPack.FirstIfRounded<TFormat>(TPack.Load(masters, master), TPack.LoadHalves<TFormat>(weights, weight));

    /// <inheritdoc/>
    public static void Store<TPack>(
        ArrayView<float> weights, long weight, ArrayView<float> masters, long master, TPack value, Noise noise)
        where TPack : struct, IGroupPack<TPack> =>
        OwnMasterWeights<TFormat, NearestRounding>.Store(weights, weight, masters, master, value, noise);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TPack Load<TPack>(ref float weights, ref float masters, nint index)
        where TPack : struct, IHostPack<TPack> =>
        TPack.FirstIfRounded<TFormat>(TPack.Load(ref masters, index), TPack.LoadHalves<TFormat>(ref weights, index));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TPack>(ref float weights, ref float masters, nint index, TPack value, Noise noise)
        where TPack : struct, IHostPack<TPack> =>
        OwnMasterWeights<TFormat, NearestRounding>.Store(ref weights, ref masters, index, value, noise);
}
