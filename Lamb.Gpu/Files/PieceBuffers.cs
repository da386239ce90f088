namespace Lamb.Gpu.Files;

/// <summary>Two buffers in turn: one is filled while the checksum of the other is computed.</summary>
internal sealed class PieceBuffers
{
    /// <summary>The bytes of a piece: few enough for a cache, many enough that calls do not count.</summary>
    public const int Size = 1 << 22;

    private readonly byte[][] buffers = [[], []];
    private int current;

    /// <summary>Returns the next buffer, cut to a length: that of the call before the last.</summary>
    public Memory<byte> Next(int length)
    {
        current = 1 - current;
        if (buffers[current].Length < length)
        {
            buffers[current] = new byte[length];
        }

        return buffers[current].AsMemory(0, length);
    }
}
