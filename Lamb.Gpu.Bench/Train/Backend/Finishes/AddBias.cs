using System.Numerics;

namespace Lamb.Gpu.Bench.Train.Backend.Finishes;

/// <summary>x + b.</summary>
internal readonly struct AddBias : IFinish
{
    public static float Apply(float sum, float extra) => sum + extra;

    public static Vector<float> Apply(Vector<float> sum, Vector<float> extra) => sum + extra;
}
