namespace Lamb.Gpu.Tests.Checkpoints;

/// <summary>A stream that works for so many bytes and then is an error; a disk of that kind.</summary>
internal sealed class BrokenStream(Stream inner, long good) : Stream
{
    private long left = good;

    /// <summary>Gets how many bytes were left before the error.</summary>
    public long Left => left;

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => Take(inner.Read(buffer, offset, count));

    public override int Read(Span<byte> buffer) => Take(inner.Read(buffer));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        // As a full disk does: what fits is written.
        inner.Write(buffer[..(int)Math.Min(buffer.Length, Math.Max(left, 0))]);
        Take(buffer.Length);
    }

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void SetLength(long value) => inner.SetLength(value);

    private int Take(int count)
    {
        left -= count;
        return left >= 0 ? count : throw new IOException("The disk is broken.");
    }
}
