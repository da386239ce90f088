using System.Diagnostics;
using CsCheck;

namespace Lamb.Gpu.Tests.Files;

/// <summary>Gives a reader one broken input after the other, for a moment, or longer in a thorough run.</summary>
internal static class Fuzz
{
    private const int LargeShape = 300_000;
    private const ulong FirstSeed = 1904_00962;

    // What is worth trying in the place of bytes: ends of ranges, and what means something in JSON, zip and Python.
    private static readonly byte[][] Tokens =
    [
        [0], [0xFF], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0x80], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
        .. new[]
        {
            "{", "}", "[", "]", "\"", ",", ":", "\\", "-1", "0", "1e999", "NaN", "null", "true", "\\ud800", "\\u0000",
            "4611686018427387904", "9223372036854775807", "18446744073709551616", "\"F32\"", "\"shape\"", "\"dtype\"",
            "\"data_offsets\"", "__metadata__", "[[[[[[[[", "{\"a\":{\"a\":{\"a\":", "PK\u0001\u0002", "PK\u0005\u0006",
            "'descr'", "(9223372036854775807,)", "'fortran_order': True", "<f8", "'shape': ()",
        }.Select(text => text.Select(character => (byte)character).ToArray()),
    ];

    private static readonly Gen<Func<byte[], byte[]>> Mutation = Gen.Select(
        Gen.Int[0, 6], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Int[0, Tokens.Length - 1], Gen.Byte).Select(
            (kind, from, to, token, value) =>
                (Func<byte[], byte[]>)(bytes => Mutate(bytes, kind, from, to, token, value)));

    /// <summary>Gives broken inputs to a reader, which may refuse them as documented and do nothing else.</summary>
    /// <param name="seeds">Inputs that are right.</param>
    /// <param name="shapes">How many shapes of other inputs there are.</param>
    /// <param name="shaped">Makes an input of a shape and about a size.</param>
    /// <param name="reader">What reads them.</param>
    /// <returns>What came of it.</returns>
    public static FuzzResult Run(
        IReadOnlyList<byte[]> seeds, int shapes, Func<int, int, byte[]> shaped, FuzzReader reader)
    {
        TimeSpan time = TimeSpan.FromMilliseconds(Thorough.Cases(quick: 500, thorough: 15_000));
        Gen<byte[]> mutated = Gen.Select(Gen.Int[0, seeds.Count - 1], Mutation.Array[1, 6]).Select((seed, mutations) =>
            mutations.Aggregate(seeds[seed], (bytes, mutate) => mutate(bytes)));

        // Seldom large: 64 bytes to half a megabyte.
        Gen<byte[]> made = Gen.Select(Gen.Int[0, shapes - 1], Gen.Double[6, 19], Mutation.Array[0, 1]).Select(
            (shape, size, mutations) => mutations.Aggregate(
                shaped(shape, (int)Math.Pow(2, size)), (bytes, mutate) => mutate(bytes)));
        Gen<byte[]> inputs = Gen.Frequency((4, mutated), (1, made));
        var result = new FuzzResult();
        for (int shape = 0; shape < shapes; shape++)
        {
            reader.Try(shaped(shape, LargeShape), result);
        }

        var watch = Stopwatch.StartNew();
        for (uint i = 0; watch.Elapsed < time; i++)
        {
            inputs.Sample(
                input => reader.Try(input, result), seed: new PCG(i, FirstSeed).ToString(), iter: 1, threads: 1);
        }

        return result;
    }

    private static byte[] Mutate(byte[] bytes, int kind, double from, double to, int token, byte value)
    {
        int first = (int)(from * bytes.Length), second = (int)(to * bytes.Length);
        (int begin, int end) = (Math.Min(first, second), Math.Max(first, second));
        if (bytes.Length == 0)
        {
            return Tokens[token];
        }

        switch (kind)
        {
            case 0:
                byte[] flipped = [.. bytes];
                flipped[Math.Min(first, bytes.Length - 1)] ^= (byte)(value | 1);
                return flipped;
            case 1:
                return bytes[..first];
            case 2:
                return [.. bytes[..begin], .. bytes[end..]];
            case 3:
                return bytes.Length > 100_000 ? bytes : [.. bytes[..end], .. bytes[begin..]];
            case 4:
                return [.. bytes[..first], .. Tokens[token], .. bytes[first..]];
            case 5:
                int rest = Math.Min(first + Tokens[token].Length, bytes.Length);
                return [.. bytes[..first], .. Tokens[token], .. bytes[rest..]];
            default:
                byte[] small = [.. bytes];
                small[Math.Min((int)(from * from * bytes.Length), bytes.Length - 1)] = value;
                return small;
        }
    }
}
