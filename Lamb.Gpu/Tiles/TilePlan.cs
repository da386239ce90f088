using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Memory;

namespace Lamb.Gpu.Tiles;

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

    /// <summary>All tiles, those of a variable side by side; where a launch reaches every buffer, the weights and
    /// gradients count from address 0.</summary>
    public IReadOnlyList<Tile> Tiles => tiles;

    /// <summary>The tiles of each variable.</summary>
    public IReadOnlyList<TileRange> Ranges { get; }

    /// <summary>The launches that a streaming kernel takes to reach every tile.</summary>
    public IReadOnlyList<TileSegment> Segments => segments;

    /// <summary>The tiles as a device gets them: what counted from address 0 counts from
    /// <paramref name="anchor"/>.</summary>
    /// <remarks>The start of a buffer of our own, so that a multiple of 16 bytes from it is one in memory too, wherever
    /// the buffers of the caller begin.</remarks>
    public Tile[] TilesFrom(ArrayView<float> anchor)
    {
        Tile[] moved = [.. tiles];
        foreach (TileSegment segment in segments.Where(segment => segment.Weights == null))
        {
            long address = anchor.BufferOf().NativePtr;
            for (int i = segment.First; i < segment.First + segment.Count; i++)
            {
                moved[i].Weights -= address / LambView.SizeOf(segment.DataTypes.Weights);
                moved[i].Gradients -= address / LambView.SizeOf(segment.DataTypes.Gradients);
            }
        }

        return moved;
    }

    // Variables that are alike lie side by side, so that a launch takes all of them.
    private static int OrderOf(LambVariable variable)
    {
        var storage = DataTypePair.Of(variable);
        return ((int)storage.Weights * Enum.GetValues<LambDataType>().Length) + (int)storage.Gradients;
    }

    private TileSegment SegmentOf(LambVariable variable, bool reachesEveryBuffer)
    {
        MemoryBuffer? weights = reachesEveryBuffer ? null : variable.WeightView.Buffer;
        MemoryBuffer? gradients = reachesEveryBuffer ? null : variable.GradientView.Buffer;
        var segment = new TileSegment(DataTypePair.Of(variable), weights, gradients, tiles.Count, 0);
        bool reached = segments.Count > 0
            && segments[^1] == segment with { First = segments[^1].First, Count = segments[^1].Count };
        if (!reached)
        {
            segments.Add(segment);
        }

        return segments[^1];
    }

    private void AddTiles(LambVariable variable, TileSegment segment, int index, long state, int tileLength)
    {
        long weights = Offset(segment.Weights, variable.WeightView);
        long gradients = Offset(segment.Gradients, variable.GradientView);
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

    // Addresses are multiples of an element: VariableChecks has seen to it.
    private static long Offset(MemoryBuffer? buffer, LambView array) =>
        buffer == null ? array.Address / array.ElementSize : array.Index;
}

/// <summary>Neighbours in the tile table that one launch reaches from one pair of base views.</summary>
/// <param name="DataTypes">How the weights and gradients of all of them lie in memory.</param>
/// <param name="Weights">The buffer that <see cref="Tile.Weights"/> counts in; null where a launch reaches every buffer
/// of the device.</param>
/// <param name="Gradients">The buffer that <see cref="Tile.Gradients"/> counts in; null likewise.</param>
/// <param name="First">The index of the first tile.</param>
/// <param name="Count">How many tiles there are.</param>
internal sealed record TileSegment(
    DataTypePair DataTypes, MemoryBuffer? Weights, MemoryBuffer? Gradients, int First, int Count)
{
    /// <summary>The base view of a launch that counts from <paramref name="anchor"/> unless it counts in a
    /// buffer.</summary>
    public static ArrayView<float> BaseOf(MemoryBuffer? buffer, ArrayView<float> anchor) =>
        buffer == null ? anchor : buffer.AsRawArrayView().Cast<float>();
}

/// <summary>How the weights and the gradients of a variable lie in memory: one form of a kernel serves all that are
/// alike.</summary>
/// <param name="Weights">Of the weights.</param>
/// <param name="Gradients">Of the gradients.</param>
internal readonly record struct DataTypePair(LambDataType Weights, LambDataType Gradients)
{
    /// <summary>That of a variable.</summary>
    public static DataTypePair Of(LambVariable variable) =>
        new(variable.WeightView.DataType, variable.GradientView.DataType);
}
