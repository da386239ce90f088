using ILGPU;
using ILGPU.Runtime;

namespace Lamb.Gpu.Layout;

/// <summary>Allocates arrays side by side: one buffer for all that lie in memory in the same way.</summary>
internal sealed class ArrayAllocator(Accelerator accelerator)
{
    private readonly List<MemoryBuffer> owned = [];

    /// <summary>The buffers, which are the caller's to free.</summary>
    public IReadOnlyList<MemoryBuffer> Owned => owned;

    /// <summary>Allocates zeroed arrays, each on a boundary of 256 bytes.</summary>
    public LambArray[] Allocate(IReadOnlyList<(LambStorage Storage, long Length)> wanted)
    {
        var arrays = new LambArray[wanted.Count];
        foreach (var alike in wanted.Index().GroupBy(each => each.Item.Storage))
        {
            int[] places = [.. alike.Select(each => each.Index)];
            var arena = new Arena(alike.Select(each => each.Item.Length), LambArray.SizeOf(alike.Key));
            Func<long, long, LambArray> part = alike.Key switch
            {
                LambStorage.Float16 => Parts<ILGPU.Half>(arena, view => view),
                LambStorage.BFloat16 => Parts<BFloat16>(arena, view => view),
                _ => Parts<float>(arena, view => view),
            };
            for (int i = 0; i < places.Length; i++)
            {
                arrays[places[i]] = part(arena.OffsetOf(i), wanted[places[i]].Length);
            }
        }

        return arrays;
    }

    private Func<long, long, LambArray> Parts<T>(Arena arena, Func<ArrayView<T>, LambArray> array)
        where T : unmanaged
    {
        MemoryBuffer1D<T, Stride1D.Dense> buffer = accelerator.Allocate1D<T>(arena.Length);
        owned.Add(buffer);
        buffer.MemSetToZero();
        ArrayView<T> whole = buffer.View;
        return (start, length) => array(whole.SubView(start, length));
    }
}
