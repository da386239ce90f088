namespace Lamb.Gpu.Memory;

/// <summary>Where variables lie in a flat buffer: one after the other, each on a boundary of 256 bytes.</summary>
/// <remarks>An empty variable gets a place as well: a view must begin within its buffer.</remarks>
internal sealed class Arena
{
    private const int AlignmentInBytes = 256;

    // More than any device holds, and few enough for the sums of a million such variables.
    private const long MaxLength = 1L << 42;

    private readonly long[] offsets;
    private readonly int alignment;

    /// <summary>Lays variables out.</summary>
    /// <param name="lengths">The elements of each.</param>
    /// <param name="elementSize">The bytes of an element.</param>
    public Arena(IEnumerable<long> lengths, int elementSize = sizeof(float))
    {
        alignment = AlignmentInBytes / elementSize;
        var starts = new List<long>();
        foreach (long length in lengths)
        {
            starts.Add(Length);
            Length = checked(Length + Aligned(Math.Max(length, 1)));
        }

        offsets = [.. starts];
    }

    /// <summary>The elements of the whole arena, gaps included.</summary>
    public long Length { get; }

    /// <summary>The first element of variable <paramref name="index"/>.</summary>
    public long OffsetOf(int index) => offsets[index];

    private long Aligned(long length) => length <= MaxLength
        ? (length + alignment - 1) / alignment * alignment
        : throw new ArgumentException(
            $"A variable must have at most {MaxLength} elements, had {length}. Cut it into several.");
}
