using System.Buffers.Binary;

namespace Lamb.Gpu.Files;

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
