using System.Numerics;

namespace Lamb.Gpu.Bench.Train.Backend.Finishes;

/// <summary>The gradient where the activation was positive, 0 elsewhere: the derivative of max(0, x).</summary>
internal readonly struct MaskByRelu : IFinish
{
    public static float Apply(float sum, float extra) => extra > 0 ? sum : 0;

    public static Vector<float> Apply(Vector<float> sum, Vector<float> extra) =>
        Vector.ConditionalSelect(Vector.GreaterThan(extra, Vector<float>.Zero), sum, Vector<float>.Zero);
}
