using System.Numerics;

namespace Lamb.Gpu.Bench.Train.Backend.Finishes;

/// <summary>max(0, x + b).</summary>
internal readonly struct AddBiasRelu : IFinish
{
    public static float Apply(float sum, float extra) => sum + extra > 0 ? sum + extra : 0;

    public static Vector<float> Apply(Vector<float> sum, Vector<float> extra)
    {
        Vector<float> value = sum + extra;
        return Vector.ConditionalSelect(Vector.GreaterThan(value, Vector<float>.Zero), value, Vector<float>.Zero);
    }
}
