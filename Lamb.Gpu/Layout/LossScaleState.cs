using System.Runtime.InteropServices;

namespace Lamb.Gpu.Layout;

/// <summary>The loss scale that adapts itself, and the counters that only advance with it; on the device.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LossScaleState
{
    /// <summary>Gradients taken, micro-steps included, skipped ones not.</summary>
    public long RawIterations;

    /// <summary>What the loss is multiplied by.</summary>
    public float Scale;

    /// <summary>Finite steps since the scale has changed.</summary>
    public int FiniteSteps;

    /// <summary>1 where the next window goes on with the sums that there are: where the last one ended with gradients
    /// that overwrite alone, or where a state was loaded.</summary>
    public int KeepsSums;
}
