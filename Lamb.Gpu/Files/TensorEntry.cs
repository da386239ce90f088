namespace Lamb.Gpu.Files;

/// <summary>One tensor of a file.</summary>
/// <param name="Name">The name, unique in the file.</param>
/// <param name="Element">The type of its elements, which are little-endian.</param>
/// <param name="Shape">The size of each dimension, row-major; empty for a scalar.</param>
/// <param name="Begin">Its first byte, counted from the end of the header.</param>
/// <param name="Length">How many bytes it has.</param>
internal sealed record TensorEntry(
    string Name, TensorElement Element, IReadOnlyList<long> Shape, long Begin, long Length)
{
    private const int MostShown = 8;

    /// <summary>Gets the first byte behind it.</summary>
    public long End => Begin + Length;

    /// <summary>Gets the bytes of an element.</summary>
    public static int SizeOf(TensorElement element) => element switch
    {
        TensorElement.F16 or TensorElement.BF16 => 2,
        TensorElement.F32 => 4,
        _ => 8,
    };

    /// <summary>Counts the bytes of a shape; null where a dimension is negative or 63 bits do not count them.</summary>
    public static long? CountBytes(TensorElement element, IReadOnlyList<long> shape) =>
        CountBytes(SizeOf(element), shape);

    /// <inheritdoc cref="CountBytes(TensorElement, IReadOnlyList{long})"/>
    public static long? CountBytes(int elementSize, IReadOnlyList<long> shape)
    {
        if (shape.Any(size => size < 0))
        {
            return null;
        }

        Int128 bytes = elementSize;
        foreach (long size in shape)
        {
            bytes = bytes <= long.MaxValue || size == 0 ? bytes * size : bytes;
        }

        return bytes <= long.MaxValue ? (long)bytes : null;
    }

    /// <summary>Returns the type and the shape, as <c>F32 [2, 3]</c>, of many dimensions the first alone.</summary>
    public string Describe() => Describe(Element, Shape);

    /// <inheritdoc cref="Describe()"/>
    public static string Describe(TensorElement element, IReadOnlyList<long> shape) => $"{element} {Describe(shape)}";

    /// <summary>Returns a shape as <c>[2, 3]</c>, of many dimensions the first alone.</summary>
    public static string Describe(IReadOnlyList<long> shape) => shape.Count <= MostShown
        ? $"[{string.Join(", ", shape)}]"
        : $"[{string.Join(", ", shape.Take(MostShown))}, … {shape.Count} dimensions]";
}
