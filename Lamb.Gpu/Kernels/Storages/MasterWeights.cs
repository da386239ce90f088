using System.Runtime.CompilerServices;
using ILGPU;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Lanes;

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
    public static TLane Load<TLane>(ArrayView<float> weights, long weight, ArrayView<float> masters, long master)
        where TLane : struct, IGroupLane<TLane> =>
        TLane.FirstIfRounded<TFormat>(TLane.Load(masters, master), TLane.LoadHalves<TFormat>(weights, weight));

    /// <inheritdoc/>
    public static void Store<TLane>(
        ArrayView<float> weights, long weight, ArrayView<float> masters, long master, TLane value, Noise noise)
        where TLane : struct, IGroupLane<TLane> =>
        OwnMasterWeights<TFormat, NearestRounding>.Store(weights, weight, masters, master, value, noise);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Load<TLane>(ref float weights, ref float masters, nint index)
        where TLane : struct, IHostLane<TLane> =>
        TLane.FirstIfRounded<TFormat>(TLane.Load(ref masters, index), TLane.LoadHalves<TFormat>(ref weights, index));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLane>(ref float weights, ref float masters, nint index, TLane value, Noise noise)
        where TLane : struct, IHostLane<TLane> =>
        OwnMasterWeights<TFormat, NearestRounding>.Store(ref weights, ref masters, index, value, noise);
}
