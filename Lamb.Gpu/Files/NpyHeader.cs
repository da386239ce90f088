using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Lamb.Gpu.Files;

/// <summary>What stands before the elements of an array in numpy's format.</summary>
/// <remarks>
/// Six bytes of magic, two of the version, the length of the text in two bytes (version 1) or four (2 and 3), and the
/// text: a dictionary of Python with descr, fortran_order and shape, padded with spaces to a multiple of 64.
/// </remarks>
/// <param name="Type">The type of the elements, as numpy names it.</param>
/// <param name="Shape">The size of each dimension; empty for a scalar.</param>
/// <param name="Size">The bytes of the header.</param>
/// <param name="DataLength">The bytes of all elements.</param>
internal sealed record NpyHeader(string Type, IReadOnlyList<long> Shape, int Size, long DataLength)
{
    private const int Alignment = 64;
    private const int FirstSize = 10;

    // The limit that numpy itself puts to a text that it has not written.
    private const int LongestText = 10_000;

    // Without backtracking: the time is that of reading it once.
    private static readonly Regex Dictionary = new(
        @"^\{ *((?:'descr': *'(?<type>[^'\\]{1,8})'|'fortran_order': *(?<fortran>True|False)"
        + @"|'shape': *\((?<shape>[0-9, ]*)\)) *,? *){3}\} *\n$",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads the header of an array.</summary>
    /// <param name="stream">Where the array begins.</param>
    /// <param name="what">What it is, for errors.</param>
    /// <param name="file">The file that it is in, for errors.</param>
    /// <exception cref="LambCheckpointException">It is not a header of an array of numbers.</exception>
    /// <exception cref="EndOfStreamException">It ends before the header does.</exception>
    public static NpyHeader Read(Stream stream, string what, string file)
    {
        Span<byte> first = stackalloc byte[FirstSize + 2];
        stream.ReadExactly(first[..FirstSize]);
        if (!first.StartsWith(Magic) || first[6] is not (1 or 2 or 3))
        {
            throw FileText.Bad(file, $"{what} must begin as an array of numpy does, in version 1, 2 or 3.");
        }

        bool isLong = first[6] > 1;
        stream.ReadExactly(isLong ? first[FirstSize..] : []);
        uint length = isLong
            ? BinaryPrimitives.ReadUInt32LittleEndian(first[8..])
            : BinaryPrimitives.ReadUInt16LittleEndian(first[8..]);
        if (length > LongestText)
        {
            throw FileText.Bad(file, $"{what} has a header of {length} bytes, at most {LongestText} are read.");
        }

        var text = new byte[length];
        stream.ReadExactly(text);
        return Parse(Encoding.UTF8.GetString(text), (isLong ? FirstSize + 2 : FirstSize) + (int)length, what, file);
    }

    /// <summary>Makes the bytes of a header.</summary>
    public static byte[] Render(string type, IReadOnlyList<long> shape)
    {
        string sizes = string.Join(", ", shape) + (shape.Count == 1 ? "," : "");
        string text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({sizes}), }}";
        int end = (FirstSize + text.Length + Alignment) / Alignment * Alignment;
        var bytes = new byte[end];
        Magic.CopyTo(bytes);
        bytes[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), checked((ushort)(end - FirstSize)));
        Encoding.ASCII.GetBytes(text.PadRight(end - FirstSize - 1) + "\n", bytes.AsSpan(FirstSize));
        return bytes;
    }

    private static NpyHeader Parse(string text, int size, string what, string file)
    {
        Match match = Dictionary.Match(text);
        if (!match.Success || !match.Groups["type"].Success || !match.Groups["fortran"].Success
            || !match.Groups["shape"].Success)
        {
            throw FileText.Bad(
                file, $"{what} must be a plain array, its header was {FileText.Quote(text.TrimEnd())}.");
        }

        string type = match.Groups["type"].Value;
        int elementSize = NpyElement.SizeOf(type) ?? throw FileText.Bad(
            file, $"{what} must have elements of one of the types {NpyElement.All}, has {FileText.Quote(type)}.");
        IReadOnlyList<long> shape = ParseShape(match.Groups["shape"].Value);
        long length = shape.Contains(-1) ? -1 : TensorEntry.CountBytes(elementSize, shape) ?? -1;
        if (length < 0)
        {
            throw FileText.Bad(
                file, $"{what} must have a shape of less than 2^63 bytes, has {FileText.Quote(text.TrimEnd())}.");
        }

        bool isTurned = match.Groups["fortran"].Value == "True" && shape.Count(dimension => dimension != 1) > 1;
        return isTurned
            ? throw FileText.Bad(
                file, $"{what} is in Fortran's order. Save numpy.ascontiguousarray of it.")
            : new NpyHeader(type, shape, size, length);
    }

    // -1 where 63 bits do not hold it.
    private static long[] ParseShape(string text) =>
    [
        .. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(size =>
            long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : -1),
    ];
}
