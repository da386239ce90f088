using System.Runtime.InteropServices;

namespace Lamb.Gpu.Layout;

/// <summary>‖w‖, ‖u‖ and the trust ratio of one variable.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TrustRatio
{
    /// <summary>‖w‖ of the decayed weights.</summary>
    public float WeightNorm;

    /// <summary>‖u‖.</summary>
    public float UpdateNorm;

    /// <summary>φ(‖w‖) / ‖u‖ within its limits, or 1 where one of them is zero or NaN, or where the variable is
    /// excluded.</summary>
    public float Value;
}
