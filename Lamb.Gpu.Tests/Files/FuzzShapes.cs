using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Lamb.Gpu.Tests.Files;

/// <summary>Inputs of shapes that can cost a reader more than their size: deep, wide, long, shared,
/// deflated.</summary>
internal static class FuzzShapes
{
    private const int Record = 46;
    private const int End = 22;

    private static readonly (string Name, Func<int, string> Make)[] Json =
    [
        ("objects in objects", size => Nested("{\"a\":", size, "1", "}")),
        ("lists in lists", size => Nested("[", size, "1", "]")),
        ("objects as deep as is read", size => Nested("{\"" + new string('k', size / 14) + "\":", 14, "1", "}")),
        ("leaves under long keys", size => Under(new string('k', size / 2), $"{{{Keys(size / 2, "1")}}}")),
        ("objects under long keys", size => Under(new string('k', size / 2), $"{{{Keys(size / 2, "{\"b\":1}")}}}")),
        ("many keys", size => $"{{{Keys(size, "1")}}}"),
        ("many keys of lists", size => $"{{{Keys(size, "[]")}}}"),
        ("keys that are there twice", size => $"{{{Repeat(size, "\"a\":1")}}}"),
        ("many numbers", size => $"[{Repeat(size, "1")}]"),
        ("many texts", size => $"[{Repeat(size, "\"\"")}]"),
        ("many empty lists", size => $"[{Repeat(size, "[]")}]"),
        ("a long text", size => $"\"{new string('x', size)}\""),
        ("a long text of escapes", size => $"\"{string.Concat(Enumerable.Repeat("\\u00e9", 1 + (size / 6)))}\""),
        ("a long number", size => new string('9', size + 1)),
    ];

    private static readonly Func<string, string>[] Options =
    [
        json => json,
        json => Under("learning_rate", json),
        json => Class("Lamb", json),
        json => $"{{\"inner_optimizer\":{Class("Lamb", json)},\"initial_scale\":{json}}}",
        json => $"{{\"learning_rate\":{Class("CosineDecay", json)},\"lamb_gpu\":{json}}}",
        json => Under(
            "learning_rate", Class("PiecewiseConstantDecay", $"{{\"boundaries\":{json},\"values\":{json}}}")),
    ];

    private static readonly Func<int, string>[] Tensors =
    [
        size => Tensor(size, "[0]"), size => Tensor(size, "[]"), size => Tensor(60, $"[{Repeat(size, "0")}]"),
        size => Tensor(60, $"[{Repeat(size, "1")}]"), size => Under("__metadata__", $"{{{Keys(size, "\"\"")}}}"),
        size => Under("__metadata__", Under("checksum", $"\"{new string('0', size)}\"")),
    ];

    /// <summary>How many shapes of JSON there are.</summary>
    public static int JsonCount => Json.Length;

    /// <summary>How many shapes of options there are.</summary>
    public static int OptionsCount => Json.Length * Options.Length;

    /// <summary>How many shapes of headers there are.</summary>
    public static int HeaderCount => Json.Length + Tensors.Length;

    /// <summary>How many shapes of archives there are.</summary>
    public static int ArchiveCount => 6;

    /// <summary>Makes JSON of about a size.</summary>
    public static string MakeJson(int shape, int size) => Json[shape].Make(size);

    /// <summary>Makes what might be options.</summary>
    public static byte[] MakeOptions(int shape, int size) =>
        Encoding.UTF8.GetBytes(Options[shape / Json.Length](MakeJson(shape % Json.Length, size)));

    /// <summary>Makes a header of tensors, or of what is none.</summary>
    public static string MakeHeader(int shape, int size) =>
        shape < Json.Length ? MakeJson(shape, size) : Tensors[shape - Json.Length](size);

    /// <summary>Puts JSON into the place of a text in the header of a checkpoint.</summary>
    public static string Replace(string header, string key, string json)
    {
        string begin = $"\"{key}\":\"";
        int from = header.IndexOf(begin, StringComparison.Ordinal) + begin.Length, to = from;
        while (header[to] != '"')
        {
            to += header[to] == '\\' ? 2 : 1;
        }

        return header[..from] + JsonEncodedText.Encode(json) + header[to..];
    }

    /// <summary>Makes an archive of arrays.</summary>
    public static byte[] MakeArchive(int shape, int size)
    {
        const int longest = 9_900;
        string ranks = string.Concat(Enumerable.Repeat("0,", longest / 2));
        string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({ranks}), }}\n";
        return shape switch
        {
            0 => Shared(Archive(header, "", CompressionLevel.NoCompression), size / Record),
            1 => Shared(Archive(header, "", CompressionLevel.SmallestSize), size / Record),
            2 => Archive(Of("<f4", $"({size},)"), new string('\0', 4 * size), CompressionLevel.SmallestSize),
            3 => Archive(Of("<f8", "()"), new string('\0', 20 * size), CompressionLevel.SmallestSize),
            4 => Archive(new string(' ', Math.Min(size, longest)), "", CompressionLevel.NoCompression),
            _ => Shared(Archive(Of("<i8", "()"), "\0\0\0\0\0\0\0\0", CompressionLevel.NoCompression), size / Record),
        };
    }

    private static string Of(string type, string shape) =>
        $"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}\n";

    private static byte[] Archive(string header, string data, CompressionLevel level)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = archive.CreateEntry("0.npy", level).Open();
            entry.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8)]);
            entry.Write(Encoding.Latin1.GetBytes(header + data));
        }

        return stream.ToArray();
    }

    // Every entry of the directory is the one that there is, under another name.
    private static byte[] Shared(byte[] archive, int entries)
    {
        entries = Math.Clamp(entries, 1, ushort.MaxValue - 1);
        int begin = (int)BinaryPrimitives.ReadUInt32LittleEndian(archive.AsSpan(archive.Length - 6));
        byte[] record = archive[begin..(begin + Record)], end = archive[^End..];
        using var shared = new MemoryStream();
        shared.Write(archive, 0, begin);
        for (int i = 0; i < entries; i++)
        {
            byte[] name = Encoding.ASCII.GetBytes($"{i}.npy");
            BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(28), (ushort)name.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(30), 0);
            shared.Write(record);
            shared.Write(name);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)entries);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)entries);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), (uint)(shared.Length - begin));
        shared.Write(end);
        return shared.ToArray();
    }

    private static string Tensor(int size, string shape)
    {
        int length = shape == "[]" || shape.Contains('1', StringComparison.Ordinal) ? 4 : 0;
        IEnumerable<string> tensors = Enumerable.Range(0, 1 + (size / 60)).Select(i =>
            $$"""
            "t{{i}}":{"dtype":"F32","shape":{{shape}},"data_offsets":[{{i * length}},{{(i + 1) * length}}]}
            """);
        return $"{{{string.Join(',', tensors)}}}";
    }

    private static string Nested(string open, int times, string inside, string close)
    {
        times = open.Length > 16 ? times : 1 + (times / open.Length);
        return string.Concat(Enumerable.Repeat(open, times)) + inside + string.Concat(Enumerable.Repeat(close, times));
    }

    private static string Under(string key, string json) => $"{{\"{key}\":{json}}}";

    private static string Class(string name, string config) =>
        $"{{\"class_name\":\"{name}\",\"config\":{config}}}";

    private static string Keys(int size, string value) =>
        string.Join(',', Enumerable.Range(0, 1 + (size / (value.Length + 8))).Select(i => $"\"{i}\":{value}"));

    private static string Repeat(int size, string item) =>
        string.Join(',', Enumerable.Repeat(item, 1 + (size / (item.Length + 1))));
}
