using ILGPU;
using ILGPU.Runtime;

namespace Lamb.Gpu.Layout;

/// <summary>Where a view lies.</summary>
internal static class ArrayViewPlace
{
    /// <summary>The buffer under a view.</summary>
    public static MemoryBuffer BufferOf(this ArrayView<float> view) => ((IArrayView)view).Buffer;
}
