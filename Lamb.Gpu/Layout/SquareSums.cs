using System.Runtime.InteropServices;

namespace Lamb.Gpu.Layout;

/// <summary>Two sums over some elements: of squares, and of what else their kernel needs.</summary>
/// <typeparam name="TPack">The lane that adds them: one sum for each of its places.</typeparam>
[StructLayout(LayoutKind.Sequential)]
internal struct SquareSums<TPack>
    where TPack : struct
{
    /// <summary>Σu² of a moment update; Σg² of a gradient norm.</summary>
    public TPack Update;

    /// <summary>Σw² of a moment update, of the decayed weights.</summary>
    public TPack Weight;

    /// <summary>Σg², in the place of Σu²: no kernel sums both.</summary>
    public TPack Gradient
    {
        readonly get => Update;
        set => Update = value;
    }

    /// <summary>Σ(2⁸⁷·g)², in the place of Σw²; NaN where a gradient is not finite.</summary>
    public TPack ScaledGradient
    {
        readonly get => Weight;
        set => Weight = value;
    }
}
