using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Algorithms;

namespace Lamb.Gpu.Kernels.Lanes;

/// <summary>A single float: the reference for all other lanes, and the end of every tile.</summary>
internal readonly struct ScalarLane(float value) : IGroupLane<ScalarLane>, IHostLane<ScalarLane>
{
    private readonly float value = value;

    public static int Width => 1;

    public static ScalarLane Broadcast(float value) => new(value);

    public static ScalarLane operator +(ScalarLane left, ScalarLane right) => new(left.value + right.value);

    public static ScalarLane operator -(ScalarLane left, ScalarLane right) => new(left.value - right.value);

    public static ScalarLane operator *(ScalarLane left, ScalarLane right) => new(left.value * right.value);

    public static ScalarLane operator /(ScalarLane left, ScalarLane right) => new(left.value / right.value);

    public static ScalarLane Sqrt(ScalarLane value) => new(XMath.Sqrt(value.value));

    // Neither min and max, which drop NaN on a GPU, nor comparisons alone, which NaN may pass in OpenCL.
    public static ScalarLane Max(ScalarLane left, ScalarLane right)
    {
        if (XMath.IsNaN(left.value) || XMath.IsNaN(right.value))
        {
            return new(left.value + right.value);
        }

        return left.value > right.value ? left : right;
    }

    public static ScalarLane Clamp(ScalarLane value, float limit)
    {
        if (XMath.IsNaN(value.value))
        {
            return value;
        }

        float clamped = value.value > limit ? limit : value.value;
        return new(clamped < -limit ? -limit : clamped);
    }

    public static float Sum(ScalarLane value) => value.value;

    public static ScalarLane Load(ArrayView<float> view, long index) => new(view[index]);

    public static void Store(ArrayView<float> view, long index, ScalarLane value) => view[index] = value.value;

    public static ScalarLane Load(ref float first, nint index) => new(Unsafe.Add(ref first, index));

    public static void Store(ref float first, nint index, ScalarLane value) =>
        Unsafe.Add(ref first, index) = value.value;
}
