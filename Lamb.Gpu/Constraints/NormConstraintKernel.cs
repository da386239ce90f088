using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Algorithms;

namespace Lamb.Gpu.Constraints;

/// <summary>Scales every slice of a variable so that its norm is within limits.</summary>
/// <remarks>
/// keras.constraints.MaxNorm, UnitNorm and MinMaxNorm, for every index of the axes that are kept:
/// <code>
/// n = √Σw²                                over the axes that are reduced
/// d = rate·clip(n, min, max) + (1 − rate)·n
/// w ← w · d / (n + 1e-7)
/// </code>
/// A lane adds in order with its rounding errors kept aside (Kahan 1965), the lanes of a slice are added in a tree.
/// Reads w twice, the second time from the cache where the slices of a group fit it; writes w.
/// </remarks>
internal static class NormConstraintKernel
{
    /// <summary>The kernel: each group takes a run of neighbouring slices, <see cref="SliceLayout.Columns"/> at
    /// a time.</summary>
    public static void Run<TWorker>(ArrayView<float> weights, SliceLayout layout, NormLimits limits)
        where TWorker : struct, ISliceWorker
    {
        int columns = layout.Columns, groups = Grid.DimX;
        long bundles = (layout.Count + columns - 1) / columns;

        // A run, not every second or third: on the CPU two threads would write to the same cache lines.
        long run = (bundles + groups - 1) / groups;
        long end = XMath.Min(run * (Grid.IdxX + 1), bundles);
        for (long bundle = run * Grid.IdxX; bundle < end; bundle++)
        {
            TWorker.Constrain(weights, layout, limits, bundle * columns);
        }
    }
}

/// <summary>What the norm of a slice is drawn to, each number rounded once from double.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NormLimits
{
    // keras.config.epsilon(), as Keras has it unless told otherwise.
    private const float Epsilon = 1e-7f;

    private float minimum;
    private float maximum;
    private float rate;
    private float rest;

    // Not the same as a rate of 1: nothing times an infinite norm is NaN.
    private int isPartial;

    /// <summary>Limits that a norm is drawn to in one go.</summary>
    public static NormLimits Strict(double minimum, double maximum) =>
        new() { minimum = (float)minimum, maximum = (float)maximum };

    /// <summary>Limits that a norm is drawn to by <paramref name="rate"/> of the way.</summary>
    public static NormLimits Partial(double minimum, double maximum, double rate) => new()
    {
        minimum = (float)minimum,
        maximum = (float)maximum,
        rate = (float)rate,
        rest = (float)(1 - rate),
        isPartial = 1,
    };

    /// <summary>What the weights of a slice of this norm are multiplied by; NaN where the norm is.</summary>
    public readonly float Factor(float norm)
    {
        float desired = norm < minimum ? minimum : norm > maximum ? maximum : norm;
        if (isPartial != 0)
        {
            desired = (rate * desired) + (rest * norm);
        }

        return desired / (Epsilon + norm);
    }
}
