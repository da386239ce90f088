using ILGPU;
using ILGPU.Algorithms;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>Scales every slice of a variable so that its norm comes to lie between limits.</summary>
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
