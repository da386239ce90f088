using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Lamb.Gpu.Files;

/// <summary>What stands before the data of a safetensors file.</summary>
/// <remarks>
/// The format of Hugging Face: the length of the header in 8 bytes, little-endian; the header, a JSON object of tensors
/// and of texts under <c>__metadata__</c>, padded with spaces; then the tensors, one right behind the other.
/// </remarks>
/// <param name="Tensors">The tensors in the order of their bytes.</param>
/// <param name="Metadata">The texts.</param>
/// <param name="Text">The JSON as it stands in the file, padding included.</param>
internal sealed record SafetensorsHeader(
    IReadOnlyList<TensorEntry> Tensors, IReadOnlyDictionary<string, string> Metadata, byte[] Text)
{
    /// <summary>The bytes that hold the length of the header.</summary>
    public const int LengthSize = sizeof(ulong);

    /// <summary>Gets the longest header that is read or written: the longest array of bytes. The format's own library
    /// reads 100,000,000 bytes.</summary>
    public static int MaxLength => Array.MaxLength;

    public const string MetadataKey = "__metadata__";

    /// <summary>Gets the first byte of the data.</summary>
    public long DataStart => LengthSize + Text.Length;

    /// <summary>Gets the bytes of all tensors together.</summary>
    public long DataLength => Tensors.Count == 0 ? 0 : Tensors[^1].End;

    /// <summary>Makes the header of tensors that lie in the order given, from byte 0 on, those of larger elements
    /// first: so each begins at a multiple of its element, as in the files of the format's own library.</summary>
    /// <exception cref="ArgumentException">A name is there twice or not whole Unicode, or the header is too
    /// long.</exception>
    public static SafetensorsHeader Create(
        IEnumerable<(string Name, TensorElement Element, IReadOnlyList<long> Shape)> tensors,
        IReadOnlyDictionary<string, string> metadata)
    {
        var entries = new List<TensorEntry>();
        var names = new HashSet<string> { MetadataKey };
        long end = 0;
        foreach ((string name, TensorElement element, IReadOnlyList<long> shape) in
            tensors.OrderByDescending(tensor => TensorEntry.SizeOf(tensor.Element)))
        {
            long length = TensorEntry.CountBytes(element, shape) ?? throw new ArgumentException(
                $"Tensor '{name}' must have a shape of less than 2^63 bytes, had {TensorEntry.Describe(shape)}.");
            RequireName(name, names);
            entries.Add(new TensorEntry(name, element, shape, end, length));
            end = checked(end + length);
        }

        return new SafetensorsHeader(entries, metadata, Render(entries, metadata));
    }

    /// <summary>Returns the bytes that hold the length of the header.</summary>
    public byte[] LengthBytes()
    {
        var bytes = new byte[LengthSize];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)Text.Length);
        return bytes;
    }

    /// <summary>Throws where a file cannot hold a name.</summary>
    /// <exception cref="ArgumentException">It is not whole Unicode.</exception>
    public static void RequireWhole(string name)
    {
        if (Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name)) != name)
        {
            throw new ArgumentException(
                $"The name {FileText.Quote(name)} must be whole Unicode to be written to a file, it has half a "
                + "surrogate pair. Name the variable otherwise.");
        }
    }

    private static void RequireName(string name, HashSet<string> names)
    {
        RequireWhole(name);
        if (!names.Add(name))
        {
            throw new ArgumentException($"A file cannot hold two tensors of the name {FileText.Quote(name)}.");
        }
    }

    private static byte[] Render(List<TensorEntry> entries, IReadOnlyDictionary<string, string> metadata)
    {
        using var text = new MemoryStream();

        // Relaxed: names and configurations stay readable; the text is in no page of the web.
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(text, options))
        {
            writer.WriteStartObject();
            writer.WriteStartObject(MetadataKey);
            foreach ((string key, string value) in metadata)
            {
                writer.WriteString(key, value);
            }

            writer.WriteEndObject();
            entries.ForEach(entry => Write(writer, entry));
            writer.WriteEndObject();
        }

        while (text.Length % LengthSize != 0)
        {
            text.WriteByte((byte)' ');
        }

        return text.Length <= MaxLength
            ? text.ToArray()
            : throw new ArgumentException(
                $"The header of a file must have at most {MaxLength} bytes, it would have {text.Length}: there are "
                + "too many variables, or their names are too long.");
    }

    private static void Write(Utf8JsonWriter writer, TensorEntry entry)
    {
        writer.WriteStartObject(entry.Name);
        writer.WriteString("dtype", entry.Element.ToString());
        writer.WriteStartArray("shape");
        foreach (long size in entry.Shape)
        {
            writer.WriteNumberValue(size);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("data_offsets");
        writer.WriteNumberValue(entry.Begin);
        writer.WriteNumberValue(entry.End);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}

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

/// <summary>The types of elements that files hold, by the names of safetensors.</summary>
internal enum TensorElement
{
    F32,
    F16,
    BF16,
    I64,
    F64,
}
