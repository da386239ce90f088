namespace Lamb.Gpu.Files;

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
