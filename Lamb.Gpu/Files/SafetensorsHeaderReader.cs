using System.Buffers.Binary;
using System.Text.Json;

namespace Lamb.Gpu.Files;

/// <summary>Reads the header of a safetensors file and holds everything it says against the file.</summary>
/// <remarks>Allocates nothing that the file does not have the bytes for.</remarks>
internal static class SafetensorsHeaderReader
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    /// <summary>Reads the header; the stream is left where the data begin.</summary>
    /// <param name="stream">The file, at its beginning.</param>
    /// <param name="file">Its name, for errors.</param>
    /// <exception cref="LambCheckpointException">The header is not one, or does not fit the file.</exception>
    public static SafetensorsHeader Read(Stream stream, string file)
    {
        byte[] text = ReadText(stream, file);
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            return Read(document.RootElement, text, stream.Length, file);
        }
        catch (Exception wrong) when (wrong is JsonException or ArgumentException or InvalidOperationException)
        {
            // Half a surrogate pair is one of the last two.
            throw Bad(
                file, $"the header must be a JSON object of tensors, and is not: {wrong.Message}", wrong);
        }
    }

    private static byte[] ReadText(Stream stream, string file)
    {
        long there = stream.Length;
        if (there < SafetensorsHeader.LengthSize)
        {
            throw Bad(
                file, $"a safetensors file has at least {SafetensorsHeader.LengthSize} bytes, the file has {there}.");
        }

        Span<byte> length = stackalloc byte[SafetensorsHeader.LengthSize];
        stream.ReadExactly(length);
        ulong said = BinaryPrimitives.ReadUInt64LittleEndian(length);
        if (said > SafetensorsHeader.MaxLength)
        {
            throw Bad(
                file,
                $"the first 8 bytes say that the header has {said} bytes, at most {SafetensorsHeader.MaxLength} are "
                + "read. It is not a safetensors file, or a damaged one.");
        }

        if ((long)said > there - SafetensorsHeader.LengthSize)
        {
            throw Bad(file, Truncated($"{said} bytes and 8 before them", there));
        }

        var text = new byte[(int)said];
        stream.ReadExactly(text);
        return text;
    }

    private static SafetensorsHeader Read(JsonElement root, byte[] text, long there, string file)
    {
        if (root.ValueKind != JsonValueKind.Object || text[0] != '{')
        {
            throw Bad(file, "the header must begin with '{', as a JSON object does.");
        }

        var metadata = new Dictionary<string, string>();
        var tensors = new List<TensorEntry>();
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.Name == SafetensorsHeader.MetadataKey)
            {
                ReadMetadata(property.Value, metadata, file);
            }
            else
            {
                tensors.Add(ReadTensor(property, file));
            }
        }

        var header = new SafetensorsHeader(
            [.. tensors.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.Length)], metadata, text);
        RequireNoHoles(header, file);
        RequireLength(header, there, file);
        return header;
    }

    private static void ReadMetadata(JsonElement element, Dictionary<string, string> metadata, string file)
    {
        if (element.ValueKind != JsonValueKind.Object
            || element.EnumerateObject().Any(property => property.Value.ValueKind != JsonValueKind.String))
        {
            throw Bad(file, $"'{SafetensorsHeader.MetadataKey}' in the header must hold texts alone.");
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            metadata.Add(property.Name, property.Value.GetString()!);
        }
    }

    private static TensorEntry ReadTensor(JsonProperty property, string file)
    {
        string tensor = $"tensor {FileText.Quote(property.Name)} in the header";
        JsonElement value = property.Value;
        if (value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() != 3
            || !value.TryGetProperty("dtype", out JsonElement type)
            || !value.TryGetProperty("shape", out JsonElement sizes)
            || !value.TryGetProperty("data_offsets", out JsonElement places))
        {
            throw Bad(file, $"{tensor} must be an object of dtype, shape and data_offsets, and of no more.");
        }

        TensorElement element = ReadElement(type, tensor, file);
        long[] shape = ReadCounts(sizes, $"shape of {tensor}", file);
        long[] offsets = ReadCounts(places, $"data_offsets of {tensor}", file);
        if (offsets.Length != 2 || offsets[0] > offsets[1])
        {
            throw Bad(
                file, $"the data_offsets of {tensor} must be a beginning and an end, were {Short(offsets)}.");
        }

        return Sized(new TensorEntry(property.Name, element, shape, offsets[0], offsets[1] - offsets[0]), tensor, file);
    }

    private static TensorEntry Sized(TensorEntry entry, string tensor, string file) =>
        TensorEntry.CountBytes(entry.Element, entry.Shape) is not { } length
            ? throw Bad(
                file, $"{tensor} must have a shape of less than 2^63 bytes, had {Short(entry.Shape)}.")
            : length == entry.Length
                ? entry
                : throw Bad(
                    file,
                    $"{tensor} has {length} bytes by its dtype {entry.Element} and its shape {Short(entry.Shape)}, "
                    + $"{entry.Length} by its data_offsets.");

    private static TensorElement ReadElement(JsonElement type, string tensor, string file)
    {
        string name = type.ValueKind == JsonValueKind.String ? type.GetString()! : type.ValueKind.ToString();
        return Enum.IsDefined(typeof(TensorElement), name)
            ? Enum.Parse<TensorElement>(name)
            : throw Bad(
                file,
                $"the dtype of {tensor} must be one of {string.Join(", ", Enum.GetNames<TensorElement>())}, was "
                + $"{FileText.Quote(name)}.");
    }

    private static long[] ReadCounts(JsonElement list, string what, string file)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw Bad(file, $"the {what} must be a list.");
        }

        var counts = new long[list.GetArrayLength()];
        int place = 0;
        foreach (JsonElement item in list.EnumerateArray())
        {
            bool isCount = item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out counts[place]);
            if (!isCount || counts[place++] < 0)
            {
                throw Bad(
                    file, $"the {what} must be whole numbers from 0 on, one is {FileText.Quote(item.GetRawText())}.");
            }
        }

        return counts;
    }

    private static void RequireNoHoles(SafetensorsHeader header, string file)
    {
        long end = 0;
        foreach (TensorEntry tensor in header.Tensors)
        {
            if (tensor.Begin != end)
            {
                throw Bad(
                    file,
                    $"tensor {FileText.Quote(tensor.Name)} must begin at byte {end} of the data, where the one before "
                    + $"ends; the header says {tensor.Begin}: {(tensor.Begin > end ? "a hole" : "an overlap")}.");
            }

            end = tensor.End;
        }
    }

    private static void RequireLength(SafetensorsHeader header, long there, string file)
    {
        long data = there - header.DataStart;
        if (header.DataLength > data)
        {
            throw Bad(
                file, Truncated($"{(Int128)header.DataStart + header.DataLength} bytes", there));
        }

        if (header.DataLength < data)
        {
            throw Bad(
                file,
                $"the header says {header.DataStart + header.DataLength} bytes, the file has {there}. Something was "
                + "written behind it.");
        }
    }

    private static string Truncated(string said, long there) =>
        $"the header says {said}, the file has {there}. It is truncated.";

    private static string Short(IReadOnlyList<long> shape) =>
        shape.Count <= 8 ? $"[{string.Join(", ", shape)}]" : $"[{string.Join(", ", shape.Take(8))}, …]";

    private static LambCheckpointException Bad(string file, string problem, Exception? cause = null) =>
        FileText.Bad(file, $"{problem} Take another copy.", cause);
}
