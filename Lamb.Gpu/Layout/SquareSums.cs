using System.Runtime.InteropServices;

namespace Lamb.Gpu.Layout;

/// <summary>Two sums over some elements: of squares, and of what else their kernel needs.</summary>
/// <typeparam name="TLane">The lane that adds them: one sum for each of its places.</typeparam>
[StructLayout(LayoutKind.Sequential)]
internal struct SquareSums<TLane>
    where TLane : struct
{
    /// <summary>Σu² of a moment update; Σg² of a gradient norm.</summary>
    public TLane Update;

    /// <summary>Σw² of a moment update, of the decayed weights.</summary>
    public TLane Weight;

    /// <summary>Σg², in the place of Σu²: no kernel sums both.</summary>
    public TLane Gradient
    {
        readonly get => Update;
        set => Update = value;
    }

    /// <summary>Σ(2⁸⁷·g)², in the place of Σw²; NaN where a gradient is not finite.</summary>
    public TLane ScaledGradient
    {
        readonly get => Weight;
        set => Weight = value;
    }
}
