using ILGPU;
using ILGPU.Runtime;

namespace Lamb.Gpu.Layout;

/// <summary>Cuts variables into tiles, and groups the tiles that one launch can reach.</summary>
internal sealed class TilePlan
{
    private readonly List<Tile> tiles = [];
    private readonly List<TileSegment> segments = [];

    /// <summary>Makes the plan.</summary>
    /// <param name="variables">The variables.</param>
    /// <param name="tileLength">The most elements of a tile; a multiple of four.</param>
    /// <param name="reachesEveryBuffer">
    /// Whether an offset leads from any buffer of the device to any other. Not on OpenCL, where a kernel reaches one
    /// buffer an argument.
    /// </param>
    public TilePlan(IReadOnlyList<LambVariable> variables, int tileLength, bool reachesEveryBuffer)
    {
        Arena = new Arena(variables.Select(variable => variable.Length));
        var placed = new TileRange[variables.Count];
        foreach ((int index, LambVariable variable) in variables.Index().OrderBy(each => OrderOf(each.Item)))
        {
            int first = tiles.Count;
            if (variable.Length > 0)
            {
                TileSegment segment = SegmentOf(variable, reachesEveryBuffer);
                AddTiles(variable, segment, index, Arena.OffsetOf(index), tileLength);
                segments[^1] = segment with { Count = tiles.Count - segment.First };
            }

            placed[index] = new TileRange { First = first, Count = tiles.Count - first };
        }

        Ranges = placed;
    }

    /// <summary>Where each variable lies in the buffers of optimizer state.</summary>
    public Arena Arena { get; }

    /// <summary>All tiles, those of a variable side by side.</summary>
    public IReadOnlyList<Tile> Tiles => tiles;

    /// <summary>The tiles of each variable.</summary>
    public IReadOnlyList<TileRange> Ranges { get; }

    /// <summary>The launches that a streaming kernel takes to reach every tile.</summary>
    public IReadOnlyList<TileSegment> Segments => segments;

    // Variables that are alike lie side by side, so that a launch takes all of them.
    private static int OrderOf(LambVariable variable)
    {
        var storage = StoragePair.Of(variable);
        return ((int)storage.Weights * Enum.GetValues<LambStorage>().Length) + (int)storage.Gradients;
    }

    private TileSegment SegmentOf(LambVariable variable, bool reachesEveryBuffer)
    {
        LambArray weights = variable.WeightArray, gradients = variable.GradientArray;
        var storage = StoragePair.Of(variable);
        bool reached = segments.Count > 0 && segments[^1].Storage == storage && (reachesEveryBuffer
            || (segments[^1].Weights.BufferOf() == weights.Buffer
                && segments[^1].Gradients.BufferOf() == gradients.Buffer));
        if (!reached)
        {
            segments.Add(new TileSegment(storage, weights.WholeBuffer, gradients.WholeBuffer, tiles.Count, 0));
        }

        return segments[^1];
    }

    private void AddTiles(LambVariable variable, TileSegment segment, int index, long state, int tileLength)
    {
        long weights = Distance(segment.Weights, variable.WeightArray);
        long gradients = Distance(segment.Gradients, variable.GradientArray);
        for (long start = 0; start < variable.Length; start += tileLength)
        {
            tiles.Add(new Tile
            {
                Weights = weights + start,
                Gradients = gradients + start,
                State = state + start,
                Length = (int)Math.Min(tileLength, variable.Length - start),
                Variable = index,
            });
        }
    }

    private static long Distance(ArrayView<float> wholeBuffer, LambArray array)
    {
        MemoryBuffer from = wholeBuffer.BufferOf(), to = array.Buffer;
        long buffers = from == to ? 0 : ((long)to.NativePtr - from.NativePtr) / array.ElementSize;
        return buffers + array.Index;
    }
}
