using System.Runtime.InteropServices;

namespace Lamb.Gpu.Layout;

/// <summary>Neighbouring axes that are walked as one.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AxisRun
{
    /// <summary>How many indices the run has.</summary>
    public long Size;

    /// <summary>The elements from one index to the next.</summary>
    public long Stride;

    /// <summary>No axis: one index.</summary>
    public static AxisRun None => new() { Size = 1 };
}
