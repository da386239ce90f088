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

    /// <summary>Skipped steps in a row.</summary>
    public int SkippedInARow;

    /// <summary>Calls that the device has decided on, since the optimizer was made.</summary>
    public long Calls;

    /// <summary>The sum of both counters: what a copy of this holds that is not whole is told by it.</summary>
    public long Check;

    /// <summary>1 where the next window goes on with the sums that there are: where the last one ended with gradients
    /// that overwrite alone, or where a state was loaded.</summary>
    public int KeepsSums;
}
