using System.Numerics;

namespace Lamb.Gpu.Bench.Train.Backend.Finishes;

/// <summary>The product as it is.</summary>
internal readonly struct Plain : IFinish
{
    public static float Apply(float sum, float extra) => sum;

    public static Vector<float> Apply(Vector<float> sum, Vector<float> extra) => sum;
}
