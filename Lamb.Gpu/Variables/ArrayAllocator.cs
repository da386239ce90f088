using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Memory;

namespace Lamb.Gpu.Variables;

/// <summary>Allocates arrays side by side: one buffer for all that lie in memory in the same way.</summary>
internal sealed class ArrayAllocator(Accelerator accelerator, MemoryRequest request)
{
    private readonly List<MemoryBuffer> owned = [];

    /// <summary>The buffers, which are the caller's to free.</summary>
    public IReadOnlyList<MemoryBuffer> Owned => owned;

    /// <summary>The bytes that arrays come to.</summary>
    /// <exception cref="OverflowException">They are more than 64 bits count.</exception>
    public static long BytesOf(IEnumerable<(LambDataType Storage, long Length)> wanted) => wanted
        .GroupBy(each => each.Storage)
        .Sum(alike => checked(ArenaOf(alike.Key, alike.Select(each => each.Length)).Length
            * LambView.SizeOf(alike.Key)));

    /// <summary>Allocates zeroed arrays, each on a boundary of 256 bytes.</summary>
    /// <param name="wanted">What is to lie in each, and its elements.</param>
    /// <param name="what">What they are, for the error where there is no room.</param>
    public LambView[] Allocate(IReadOnlyList<(LambDataType Storage, long Length)> wanted, string what)
    {
        var arrays = new LambView[wanted.Count];
        foreach (var alike in wanted.Index().GroupBy(each => each.Item.Storage))
        {
            int[] places = [.. alike.Select(each => each.Index)];
            Arena arena = ArenaOf(alike.Key, alike.Select(each => each.Item.Length));
            Func<long, long, LambView> part = alike.Key switch
            {
                LambDataType.Float16 => Parts<ILGPU.Half>(arena, what, view => view),
                LambDataType.BFloat16 => Parts<BFloat16>(arena, what, view => view),
                _ => Parts<float>(arena, what, view => view),
            };
            for (int i = 0; i < places.Length; i++)
            {
                arrays[places[i]] = part(arena.OffsetOf(i), wanted[places[i]].Length);
            }
        }

        return arrays;
    }

    private static Arena ArenaOf(LambDataType storage, IEnumerable<long> lengths) =>
        new(lengths, LambView.SizeOf(storage));

    private Func<long, long, LambView> Parts<T>(Arena arena, string what, Func<ArrayView<T>, LambView> array)
        where T : unmanaged
    {
        MemoryBuffer1D<T, Stride1D.Dense> buffer = DeviceMemory.Allocate<T>(accelerator, arena.Length, what, request);
        owned.Add(buffer);
        ArrayView<T> whole = buffer.View;
        return (start, length) => array(whole.SubView(start, length));
    }
}
