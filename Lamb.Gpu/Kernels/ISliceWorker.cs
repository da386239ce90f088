using ILGPU;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>Who does some neighbouring slices: a group of lanes, or one thread with vectors.</summary>
internal interface ISliceWorker
{
    /// <summary>Scales the slices from <paramref name="first"/> on, <see cref="SliceLayout.Columns"/> of them or as
    /// many as there are left.</summary>
    static abstract void Constrain(ArrayView<float> weights, SliceLayout layout, NormLimits limits, long first);
}
