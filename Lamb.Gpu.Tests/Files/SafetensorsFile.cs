using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Lamb.Gpu.Tests.Files;

/// <summary>Makes safetensors files of any kind, right and wrong, by hand.</summary>
internal static class SafetensorsFile
{
    /// <summary>Puts a header in front of data, with its length.</summary>
    public static byte[] Of(string header, int data, ulong? length = null) =>
        Of(Encoding.UTF8.GetBytes(header), new byte[data], length);

    /// <summary>Puts a header in front of data, with its length or another one.</summary>
    public static byte[] Of(byte[] header, byte[] data, ulong? length = null)
    {
        var first = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(first, length ?? (ulong)header.Length);
        return [.. first, .. header, .. data];
    }

    /// <summary>Returns the header of a file.</summary>
    public static string HeaderOf(byte[] file) =>
        Encoding.UTF8.GetString(file, 8, (int)BinaryPrimitives.ReadUInt64LittleEndian(file));

    /// <summary>Changes the header of a file and gives it the right checksum again.</summary>
    public static byte[] Forge(byte[] file, Func<string, string> change)
    {
        string header = Regex.Replace(change(HeaderOf(file)), "sha256:[0-9a-f]{64}", $"sha256:{new string('0', 64)}");
        byte[] data = file[(8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(file))..];
        byte[] masked = Of(Encoding.UTF8.GetBytes(header), data);
        string digits = Convert.ToHexStringLower(SHA256.HashData(masked));
        return Of(Encoding.UTF8.GetBytes(header.Replace(new string('0', 64), digits, StringComparison.Ordinal)), data);
    }
}
