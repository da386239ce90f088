using System.Numerics;

namespace Lamb.Gpu.Bench.Train.Backend;

/// <summary>What happens to every element of a product before it is stored.</summary>
internal interface IFinish
{
    /// <summary>One element.</summary>
    static abstract float Apply(float sum, float extra);

    /// <summary>Neighbours side by side, for the CPU; the same bits.</summary>
    static abstract Vector<float> Apply(Vector<float> sum, Vector<float> extra);
}
