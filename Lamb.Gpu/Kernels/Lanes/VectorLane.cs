using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lamb.Gpu.Kernels.Lanes;

/// <summary>As many floats as a vector register of this machine holds: the wide lane of the CPU accelerator.</summary>
internal readonly struct VectorLane(Vector<float> value) : IHostLane<VectorLane>
{
    private readonly Vector<float> value = value;

    public static int Width => Vector<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane Broadcast(float value) => new(new Vector<float>(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane operator +(VectorLane left, VectorLane right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane operator -(VectorLane left, VectorLane right) => new(left.value - right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane operator *(VectorLane left, VectorLane right) => new(left.value * right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane operator /(VectorLane left, VectorLane right) => new(left.value / right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane Sqrt(VectorLane value) => new(Vector.SquareRoot(value.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane Max(VectorLane left, VectorLane right) => new(Vector.Max(left.value, right.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane Clamp(VectorLane value, float limit)
    {
        var limits = new Vector<float>(limit);
        return new(Vector.Max(Vector.Min(value.value, limits), -limits));
    }

    public static float Sum(VectorLane value) => Vector.Sum(value.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane Load(ref float first, nint index) =>
        new(Vector.LoadUnsafe(ref Unsafe.Add(ref first, index)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref float first, nint index, VectorLane value) =>
        value.value.StoreUnsafe(ref Unsafe.Add(ref first, index));
}
