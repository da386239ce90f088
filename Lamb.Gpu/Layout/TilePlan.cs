using ILGPU;
using ILGPU.Runtime;

namespace Lamb.Gpu.Layout;

/// <summary>Cuts variables into tiles, and groups the tiles that one launch can reach.</summary>
internal sealed class TilePlan
{
    private readonly List<Tile> tiles = [];
    private readonly List<TileRange> ranges = [];
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
        for (int index = 0; index < variables.Count; index++)
        {
            LambVariable variable = variables[index];
            int first = tiles.Count;
            if (variable.Length > 0)
            {
                TileSegment segment = SegmentOf(variable, reachesEveryBuffer);
                AddTiles(variable, segment, index, Arena.OffsetOf(index), tileLength);
                segments[^1] = segment with { Count = tiles.Count - segment.First };
            }

            ranges.Add(new TileRange { First = first, Count = tiles.Count - first });
        }
    }

    /// <summary>Where each variable lies in the buffers of optimizer state.</summary>
    public Arena Arena { get; }

    /// <summary>All tiles, those of a variable side by side.</summary>
    public IReadOnlyList<Tile> Tiles => tiles;

    /// <summary>The tiles of each variable.</summary>
    public IReadOnlyList<TileRange> Ranges => ranges;

    /// <summary>The launches that a streaming kernel takes to reach every tile.</summary>
    public IReadOnlyList<TileSegment> Segments => segments;

    private TileSegment SegmentOf(LambVariable variable, bool reachesEveryBuffer)
    {
        bool reached = segments.Count > 0 && (reachesEveryBuffer
            || (segments[^1].Weights.BufferOf() == variable.Weights.BufferOf()
                && segments[^1].Gradients.BufferOf() == variable.Gradients.BufferOf()));
        if (!reached)
        {
            segments.Add(new TileSegment(
                variable.Weights.WholeBuffer(), variable.Gradients.WholeBuffer(), tiles.Count, 0));
        }

        return segments[^1];
    }

    private void AddTiles(LambVariable variable, TileSegment segment, int index, long state, int tileLength)
    {
        long weights = Distance(segment.Weights, variable.Weights);
        long gradients = Distance(segment.Gradients, variable.Gradients);
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

    private static long Distance(ArrayView<float> wholeBuffer, ArrayView<float> view)
    {
        MemoryBuffer from = wholeBuffer.BufferOf(), to = view.BufferOf();
        long buffers = from == to ? 0 : ((long)to.NativePtr - from.NativePtr) / sizeof(float);
        return buffers + view.IndexInBuffer();
    }
}
