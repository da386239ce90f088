using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;

namespace Lamb.Gpu.Files;

/// <summary>Computes the checksum of a safetensors file, which stands in its own header.</summary>
/// <remarks>
/// SHA-256 of the whole file, length, header and data, with 64 zeros in the place of the checksum itself. It runs on a
/// thread of its own beside the one that reads or writes, some pieces behind it: whoever saves from every thread of the
/// pool waits for none of the pool's.
/// </remarks>
internal sealed class ContentChecksum : IDisposable
{
    /// <summary>The key of the checksum among the texts of a file.</summary>
    public const string Key = "checksum";

    private const string Prefix = "sha256:";
    private const int Digits = 64;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly BlockingCollection<(ReadOnlyMemory<byte> Piece, TaskCompletionSource Done)> pieces = [];
    private readonly Task hashing;

    /// <summary>Begins.</summary>
    public ContentChecksum() => hashing = Task.Factory.StartNew(
        HashAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>What stands in the place of the checksum until it is known.</summary>
    public static string Placeholder { get; } = Prefix + new string('0', Digits);

    /// <summary>Returns where in a header the digits stand that it names as its checksum; null where there are none
    /// such.</summary>
    public static int? Find(SafetensorsHeader header)
    {
        var json = new Utf8JsonReader(header.Text);
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.PropertyName)
            {
                bool isSought = json.ValueTextEquals(json.CurrentDepth == 1 ? SafetensorsHeader.MetadataKey : Key);
                json.Read();
                if (!isSought)
                {
                    json.Skip();
                }
                else if (json.TokenType == JsonTokenType.String)
                {
                    return IsChecksum(json.ValueSpan) ? (int)json.TokenStartIndex + 1 + Prefix.Length : null;
                }
            }
        }

        return null;
    }

    /// <summary>Takes the header, whatever stands in the place of the checksum.</summary>
    public void Add(SafetensorsHeader header, int place)
    {
        byte[] text = [.. header.Text];
        text.AsSpan(place, Digits).Fill((byte)'0');
        Add(header.LengthBytes());
        Add(text);
    }

    /// <summary>Takes a piece, after all before it.</summary>
    /// <returns>When it is done: the piece must stay as it is until then.</returns>
    public Task Add(ReadOnlyMemory<byte> piece)
    {
        var done = new TaskCompletionSource();
        pieces.Add((piece, done));
        return done.Task;
    }

    /// <summary>Returns the digits of what was taken.</summary>
    public string Finish()
    {
        pieces.CompleteAdding();
        hashing.Wait();
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        pieces.CompleteAdding();
        hashing.Wait();
        pieces.Dispose();
        hash.Dispose();
    }

    private static bool IsChecksum(ReadOnlySpan<byte> text) => text.Length == Placeholder.Length
        && text.StartsWith("sha256:"u8) && !text[Prefix.Length..].ContainsAnyExcept(HexDigits);

    private void HashAll()
    {
        foreach ((ReadOnlyMemory<byte> piece, TaskCompletionSource done) in pieces.GetConsumingEnumerable())
        {
            hash.AppendData(piece.Span);
            done.SetResult();
        }
    }
}

/// <summary>A ring of buffers: one is filled while the checksum of those before it is computed.</summary>
internal sealed class PieceBuffers
{
    /// <summary>The bytes of a piece: few enough for a cache, many enough that calls do not count.</summary>
    public const int Size = 1 << 21;

    // So many that neither side waits where a busy machine lets the other one wait.
    private const int Count = 8;

    private readonly byte[][] buffers = [.. Enumerable.Repeat<byte[]>([], Count)];
    private readonly Task[] users = [.. Enumerable.Repeat(Task.CompletedTask, Count)];
    private int current;

    /// <summary>Waits for the oldest buffer and returns it, cut to a length.</summary>
    public Memory<byte> Next(int length)
    {
        current = (current + 1) % Count;
        users[current].Wait();
        if (buffers[current].Length < length)
        {
            buffers[current] = GC.AllocateUninitializedArray<byte>(length);
        }

        return buffers[current].AsMemory(0, length);
    }

    /// <summary>Keeps the latest buffer until a task is done with it.</summary>
    public void Lend(Task user) => users[current] = user;
}
