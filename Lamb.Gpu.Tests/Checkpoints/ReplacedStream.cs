namespace Lamb.Gpu.Tests.Checkpoints;

/// <summary>A file whose bytes are others from some moment on.</summary>
internal sealed class ReplacedStream(Stream inner, Func<bool> isReplaced, byte[] others) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count)
    {
        int place = (int)inner.Position, read = inner.Read(buffer, offset, count);
        if (isReplaced())
        {
            Array.Copy(others, place, buffer, offset, read);
        }

        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
