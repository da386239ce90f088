namespace Lamb.Gpu.Files;

/// <summary>Flushes a file to the disk again and again while it is written, so that the last flush has little
/// left.</summary>
/// <remarks>A disk says what it could not write to one flush and not to the next: <see cref="Finish"/> passes it
/// on.</remarks>
internal sealed class EarlyFlush : IDisposable
{
    private readonly Action flush;
    private readonly PeriodicTimer timer;
    private readonly Task flushing;

    /// <summary>Begins.</summary>
    /// <param name="period">How often.</param>
    /// <param name="flush">Flushes what is written by now.</param>
    public EarlyFlush(TimeSpan period, Action flush)
    {
        this.flush = flush;
        timer = new PeriodicTimer(period);
        flushing = RepeatAsync();
    }

    /// <summary>Ends it, and throws what a flush threw.</summary>
    public void Finish()
    {
        timer.Dispose();
        flushing.GetAwaiter().GetResult();
    }

    /// <summary>Ends it, whatever a flush threw.</summary>
    public void Dispose()
    {
        timer.Dispose();
        _ = Task.WaitAny(flushing);
    }

    private async Task RepeatAsync()
    {
        while (await timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            flush();
        }
    }
}
