using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace Lamb.Gpu.Files;

/// <summary>What stands before the elements of an array in numpy's format.</summary>
/// <remarks>
/// Six bytes of magic, two of the version, the length of the text in two bytes (version 1) or four (2 and 3), and the
/// text: a dictionary of Python with descr, fortran_order and shape, padded with spaces to a multiple of 64.
/// </remarks>
/// <param name="Type">The type of the elements, as numpy names it.</param>
/// <param name="Shape">The size of each dimension; empty for a scalar.</param>
/// <param name="DataLength">The bytes of all elements.</param>
internal sealed record NpyHeader(string Type, IReadOnlyList<long> Shape, long DataLength)
{
    private const int Alignment = 64;
    private const int FirstSize = 10;

    // The limit that numpy itself puts to a text that it has not written.
    private const int LongestText = 10_000;

    // So many numpy has.
    private const int MostDimensions = 64;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads the header of an array.</summary>
    /// <param name="stream">Where the array begins.</param>
    /// <param name="what">What it is, for errors.</param>
    /// <param name="file">The file that it is in, for errors.</param>
    /// <param name="crc">Takes the bytes that were read.</param>
    /// <exception cref="LambCheckpointException">It is not a header of an array of numbers.</exception>
    /// <exception cref="EndOfStreamException">It ends before the header does.</exception>
    public static NpyHeader Read(Stream stream, string what, string file, ref Crc32 crc)
    {
        Span<byte> first = stackalloc byte[FirstSize + 2];
        stream.ReadExactly(first[..FirstSize]);
        if (!first.StartsWith(Magic) || first[6] is not (1 or 2 or 3))
        {
            throw FileText.Bad(file, $"{what} must begin as an array of numpy does, in version 1, 2 or 3.");
        }

        bool isLong = first[6] > 1;
        first = isLong ? first : first[..FirstSize];
        stream.ReadExactly(first[FirstSize..]);
        crc.Add(first);
        uint length = isLong
            ? BinaryPrimitives.ReadUInt32LittleEndian(first[8..])
            : BinaryPrimitives.ReadUInt16LittleEndian(first[8..]);
        if (length > LongestText)
        {
            throw FileText.Bad(file, $"{what} has a header of {length} bytes, at most {LongestText} are read.");
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            Span<byte> text = rented.AsSpan(0, (int)length);
            stream.ReadExactly(text);
            crc.Add(text);
            return Parse(text, what, file);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Makes the bytes of a header.</summary>
    public static byte[] Render(string type, IReadOnlyList<long> shape)
    {
        if (shape.Count > MostDimensions)
        {
            throw new NotSupportedException(
                $"A variable must have at most {MostDimensions} dimensions for numpy to read its state, one has "
                + $"{shape.Count}. Save a checkpoint instead.");
        }

        string sizes = string.Join(", ", shape) + (shape.Count == 1 ? "," : "");
        string text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({sizes}), }}";
        int end = (FirstSize + text.Length + Alignment) / Alignment * Alignment;
        var bytes = new byte[end];
        Magic.CopyTo(bytes);
        bytes[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(end - FirstSize));
        Encoding.ASCII.GetBytes(text.PadRight(end - FirstSize - 1) + "\n", bytes.AsSpan(FirstSize));
        return bytes;
    }

    private static NpyHeader Parse(ReadOnlySpan<byte> text, string what, string file)
    {
        var python = new PythonText(text);
        string? type = null;
        bool? isTurned = null;
        List<long>? shape = null;
        bool isPlain = python.Take("{"u8);
        while (isPlain && !python.Take("}"u8))
        {
            isPlain = python.Take("'descr':"u8) && type == null ? (type = python.TakeName()) != null
                : python.Take("'fortran_order':"u8) && isTurned == null ? (isTurned = python.TakeFlag()) != null
                : python.Take("'shape':"u8) && shape == null && (shape = python.TakeSizes()) != null;
            python.Take(","u8);
        }

        bool isWhole = isPlain && python.Take("\n"u8) && python.IsOver;
        return isWhole && type != null && isTurned is { } turned && shape != null
            ? Checked(type, turned, shape, what, file)
            : throw FileText.Bad(
                file,
                $"{what} must be a plain array of at most {MostDimensions} dimensions, its header was {Quote(text)}.");
    }

    private static NpyHeader Checked(string type, bool isTurned, List<long> shape, string what, string file)
    {
        int elementSize = NpyElement.SizeOf(type) ?? throw FileText.Bad(
            file, $"{what} must have elements of one of the types {NpyElement.All}, has {FileText.Quote(type)}.");
        if (TensorEntry.CountBytes(elementSize, shape) is not { } length)
        {
            throw FileText.Bad(
                file, $"{what} must have a shape of less than 2^63 bytes, has {TensorEntry.Describe(shape)}.");
        }

        return isTurned && shape.Count(dimension => dimension != 1) > 1
            ? throw FileText.Bad(file, $"{what} is in Fortran's order. Save numpy.ascontiguousarray of it.")
            : new NpyHeader(type, shape, length);
    }

    private static string Quote(ReadOnlySpan<byte> text) =>
        FileText.Quote(Encoding.UTF8.GetString(text.TrimEnd(" \n"u8)));

    /// <summary>What is still to be read of the text of a dictionary of Python.</summary>
    private ref struct PythonText(ReadOnlySpan<byte> text)
    {
        private ReadOnlySpan<byte> rest = text;

        /// <summary>Gets whether nothing is left.</summary>
        public readonly bool IsOver => rest.IsEmpty;

        /// <summary>Takes a word and the spaces behind it, if it comes next.</summary>
        public bool Take(ReadOnlySpan<byte> word)
        {
            bool isNext = rest.StartsWith(word);
            rest = isNext ? rest[word.Length..].TrimStart((byte)' ') : rest;
            return isNext;
        }

        /// <summary>Takes the name of a type in quotes; null where there is none.</summary>
        public string? TakeName()
        {
            int length = Take("'"u8) ? rest.IndexOf((byte)'\'') : -1;
            string? name = length is > 0 and <= 8 ? Encoding.ASCII.GetString(rest[..length]) : null;
            rest = name == null ? rest : rest[length..];
            return Take("'"u8) ? name : null;
        }

        public bool? TakeFlag() => Take("True"u8) ? true : Take("False"u8) ? false : null;

        /// <summary>Takes a tuple of whole numbers, -1 for one that 63 bits do not hold; null where there is none, or
        /// it is longer than numpy's are.</summary>
        public List<long>? TakeSizes()
        {
            var sizes = new List<long>();
            bool isPlain = Take("("u8);
            while (isPlain && !Take(")"u8) && sizes.Count <= MostDimensions)
            {
                int digits = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
                isPlain = digits > 0;
                sizes.Add(Utf8Parser.TryParse(rest[..Math.Max(digits, 0)], out long size, out _) ? size : -1);
                rest = rest[Math.Max(digits, 0)..].TrimStart((byte)' ');
                isPlain &= Take(","u8) || rest.StartsWith(")"u8);
            }

            return isPlain && sizes.Count <= MostDimensions ? sizes : null;
        }
    }
}

/// <summary>The types of elements of numpy that are read, by its names, and how each becomes a number.</summary>
internal static class NpyElement
{
    public const string Single = "<f4";
    public const string Int32 = "<i4";
    public const string Int64 = "<i8";
    public const string UInt64 = "<u8";

    private delegate double Convert(ReadOnlySpan<byte> bytes);

    private static readonly Dictionary<string, (int Size, Convert Convert)> Known = new()
    {
        ["<f2"] = (2, bytes => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes)),
        [Single] = (4, bytes => BinaryPrimitives.ReadSingleLittleEndian(bytes)),
        ["<f8"] = (8, BinaryPrimitives.ReadDoubleLittleEndian),
        ["|i1"] = (1, bytes => (sbyte)bytes[0]),
        ["|u1"] = (1, bytes => bytes[0]),
        ["|b1"] = (1, bytes => bytes[0]),
        ["<i2"] = (2, bytes => BinaryPrimitives.ReadInt16LittleEndian(bytes)),
        ["<u2"] = (2, bytes => BinaryPrimitives.ReadUInt16LittleEndian(bytes)),
        [Int32] = (4, bytes => BinaryPrimitives.ReadInt32LittleEndian(bytes)),
        ["<u4"] = (4, bytes => BinaryPrimitives.ReadUInt32LittleEndian(bytes)),
        [Int64] = (8, bytes => BinaryPrimitives.ReadInt64LittleEndian(bytes)),
        [UInt64] = (8, bytes => BinaryPrimitives.ReadUInt64LittleEndian(bytes)),
    };

    /// <summary>Gets the names of all.</summary>
    public static string All => string.Join(", ", Known.Keys);

    /// <summary>Gets the bytes of an element; null where the type is not known.</summary>
    public static int? SizeOf(string type) => Known.TryGetValue(type, out var known) ? known.Size : null;

    /// <summary>Reads elements up to the first that a double does not hold.</summary>
    /// <returns>How many.</returns>
    public static int Read(string type, ReadOnlySpan<byte> bytes, Span<double> values)
    {
        (int size, Convert convert) = Known[type];
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> element = bytes.Slice(i * size, size);
            values[i] = convert(element);
            if (type is Int64 or UInt64 && (Int128)values[i] != Whole(type, element))
            {
                return i;
            }
        }

        return values.Length;
    }

    /// <summary>Writes an element of one of the types that have a name here.</summary>
    public static void Write(string type, Span<byte> bytes, double value)
    {
        switch (type)
        {
            case Single:
                BinaryPrimitives.WriteSingleLittleEndian(bytes, (float)value);
                break;
            case Int32:
                BinaryPrimitives.WriteInt32LittleEndian(bytes, checked((int)value));
                break;
            case Int64:
                BinaryPrimitives.WriteInt64LittleEndian(bytes, checked((long)value));
                break;
            default:
                throw new ArgumentException($"Elements of type '{type}' are not written.", nameof(type));
        }
    }

    private static Int128 Whole(string type, ReadOnlySpan<byte> bytes) => type == UInt64
        ? BinaryPrimitives.ReadUInt64LittleEndian(bytes)
        : BinaryPrimitives.ReadInt64LittleEndian(bytes);
}
