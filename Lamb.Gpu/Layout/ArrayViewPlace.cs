using ILGPU;
using ILGPU.Runtime;

namespace Lamb.Gpu.Layout;

/// <summary>Where a view lies: its buffer, and its place in it.</summary>
internal static class ArrayViewPlace
{
    /// <summary>The buffer under a view.</summary>
    public static MemoryBuffer BufferOf(this ArrayView<float> view) => ((IArrayView)view).Buffer;

    /// <summary>The first element of a view, counted in floats from the start of its buffer.</summary>
    public static long IndexInBuffer(this ArrayView<float> view) => ((IContiguousArrayView)view).Index;

    /// <summary>All of the buffer under a view.</summary>
    public static ArrayView<float> WholeBuffer(this ArrayView<float> view)
    {
        MemoryBuffer buffer = view.BufferOf();
        return buffer.AsRawArrayView().Cast<float>();
    }
}
