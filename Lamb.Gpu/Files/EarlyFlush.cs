namespace Lamb.Gpu.Files;

/// <summary>Flushes a file to the disk again and again while it is written, so that the last flush has little
/// left.</summary>
/// <remarks>On a thread of its own. A disk says what it could not write to one flush and not to the next:
/// <see cref="Finish"/> passes it on.</remarks>
internal sealed class EarlyFlush : IDisposable
{
    private readonly Action flush;
    private readonly TimeSpan period;
    private readonly ManualResetEventSlim isOver = new();
    private readonly Task flushing;

    /// <summary>Begins.</summary>
    /// <param name="period">How often.</param>
    /// <param name="flush">Flushes what is written by now.</param>
    public EarlyFlush(TimeSpan period, Action flush)
    {
        this.flush = flush;
        this.period = period;
        flushing = Task.Factory.StartNew(
            Repeat, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Ends it, and throws what a flush threw.</summary>
    public void Finish()
    {
        isOver.Set();
        flushing.GetAwaiter().GetResult();
    }

    /// <summary>Ends it, whatever a flush threw.</summary>
    public void Dispose()
    {
        isOver.Set();
        _ = Task.WaitAny(flushing);
        isOver.Dispose();
    }

    private void Repeat()
    {
        while (!isOver.Wait(period))
        {
            flush();
        }
    }
}
