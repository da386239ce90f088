using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Lamb.Gpu.Files;

/// <summary>Reads the header of a safetensors file and holds everything it says against the file.</summary>
/// <remarks>Token by token: what is wrong ends it there, and nothing is kept but tensors and texts.</remarks>
internal static class SafetensorsHeaderReader
{
    private static readonly JsonReaderOptions Flat = new() { MaxDepth = 4 };

    /// <summary>Reads the header; the stream is left where the data begin.</summary>
    /// <param name="stream">The file, at its beginning.</param>
    /// <param name="file">Its name, for errors.</param>
    /// <exception cref="LambCheckpointException">The header is not one, or does not fit the file.</exception>
    public static SafetensorsHeader Read(Stream stream, string file)
    {
        byte[] text = ReadText(stream, file);
        try
        {
            SafetensorsHeader header = Read(text, file);
            RequireNoHoles(header, file);
            RequireLength(header, stream.Length, file);
            return header;
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
        if (said > (ulong)SafetensorsHeader.MaxLength)
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

    private static SafetensorsHeader Read(byte[] text, string file)
    {
        var json = new Utf8JsonReader(text, Flat);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject || text[0] != '{')
        {
            throw Bad(file, "the header must begin with '{', as a JSON object does.");
        }

        Dictionary<string, string>? metadata = null;
        var tensors = new List<TensorEntry>();
        var names = new HashSet<string>();
        while (NextName(ref json) is { } name)
        {
            RequireNew(names.Add(name), name);
            if (name == SafetensorsHeader.MetadataKey)
            {
                metadata = ReadMetadata(ref json, file);
            }
            else
            {
                tensors.Add(ReadTensor(ref json, name, file));
            }
        }

        // Nothing but white space may follow.
        json.Read();
        return new SafetensorsHeader(
            [.. tensors.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.Length)], metadata ?? [], text);
    }

    private static Dictionary<string, string> ReadMetadata(ref Utf8JsonReader json, string file)
    {
        var metadata = new Dictionary<string, string>();
        bool holdsTexts = json.TokenType == JsonTokenType.StartObject;
        while (holdsTexts && NextName(ref json) is { } key)
        {
            holdsTexts = json.TokenType == JsonTokenType.String;
            RequireNew(!holdsTexts || metadata.TryAdd(key, json.GetString()!), key);
        }

        return holdsTexts
            ? metadata
            : throw Bad(file, $"'{SafetensorsHeader.MetadataKey}' in the header must hold texts alone.");
    }

    private static TensorEntry ReadTensor(ref Utf8JsonReader json, string name, string file)
    {
        string tensor = $"tensor {FileText.Quote(name)} in the header";
        TensorElement? type = null;
        long[]? shape = null, offsets = null;
        bool isKnown = json.TokenType == JsonTokenType.StartObject;
        while (isKnown && NextName(ref json) is { } key)
        {
            switch (key)
            {
                case "dtype" when type == null:
                    type = ReadElement(ref json, tensor, file);
                    break;
                case "shape" when shape == null:
                    shape = ReadCounts(ref json, $"shape of {tensor}", file);
                    break;
                case "data_offsets" when offsets == null:
                    offsets = ReadCounts(ref json, $"data_offsets of {tensor}", file);
                    break;
                default:
                    isKnown = false;
                    break;
            }
        }

        if (!isKnown || type is not { } element || shape == null || offsets == null)
        {
            throw Bad(file, $"{tensor} must be an object of dtype, shape and data_offsets, and of no more.");
        }

        return offsets is [long begin, long end] && begin <= end
            ? Sized(new TensorEntry(name, element, shape, begin, end - begin), tensor, file)
            : throw Bad(
                file,
                $"the data_offsets of {tensor} must be a beginning and an end, were {TensorEntry.Describe(offsets)}.");
    }

    private static TensorEntry Sized(TensorEntry entry, string tensor, string file) =>
        TensorEntry.CountBytes(entry.Element, entry.Shape) is not { } length
            ? throw Bad(
                file,
                $"{tensor} must have a shape of less than 2^63 bytes, had {TensorEntry.Describe(entry.Shape)}.")
            : length == entry.Length
                ? entry
                : throw Bad(
                    file,
                    $"{tensor} has {length} bytes by its dtype {entry.Element} and its shape "
                    + $"{TensorEntry.Describe(entry.Shape)}, {entry.Length} by its data_offsets.");

    private static TensorElement ReadElement(ref Utf8JsonReader json, string tensor, string file)
    {
        string name = json.TokenType == JsonTokenType.String ? json.GetString()! : json.TokenType.ToString();
        return Enum.IsDefined(typeof(TensorElement), name)
            ? Enum.Parse<TensorElement>(name)
            : throw Bad(
                file,
                $"the dtype of {tensor} must be one of {string.Join(", ", Enum.GetNames<TensorElement>())}, was "
                + $"{FileText.Quote(name)}.");
    }

    private static long[] ReadCounts(ref Utf8JsonReader json, string what, string file)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            throw Bad(file, $"the {what} must be a list.");
        }

        var counts = new List<long>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            bool isCount = json.TokenType == JsonTokenType.Number && json.TryGetInt64(out long count) && count >= 0;
            counts.Add(isCount ? json.GetInt64() : throw Bad(
                file,
                $"the {what} must be whole numbers from 0 on, one is "
                + $"{FileText.Quote(Encoding.UTF8.GetString(json.ValueSpan))}."));
        }

        return [.. counts];
    }

    // Steps to the value of the next property; null at the end of the object.
    private static string? NextName(ref Utf8JsonReader json)
    {
        json.Read();
        string? name = json.TokenType == JsonTokenType.PropertyName ? json.GetString() : null;
        _ = name == null || json.Read();
        return name;
    }

    private static void RequireNew(bool isNew, string name)
    {
        if (!isNew)
        {
            throw new JsonException($"{FileText.Quote(name)} is there twice.");
        }
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

    private static LambCheckpointException Bad(string file, string problem, Exception? cause = null) =>
        FileText.Bad(file, $"{problem} Take another copy.", cause);
}
