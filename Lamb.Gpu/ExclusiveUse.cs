namespace Lamb.Gpu;

/// <summary>Lets one thread at a time into an object, until it is disposed.</summary>
internal sealed class ExclusiveUse(object owner)
{
    private int entered;

    /// <summary>Whether the owner is disposed: then nobody is let in.</summary>
    public bool IsOver { get; set; }

    /// <summary>Enters; leaves where the result is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The owner is disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in.</exception>
    public Visit Enter()
    {
        ObjectDisposedException.ThrowIf(IsOver, owner);
        if (Interlocked.Exchange(ref entered, 1) != 0)
        {
            throw new InvalidOperationException(
                "Another thread is in this optimizer. One thread at a time may step, read or dispose it: "
                + "take a lock around the calls, or give each thread an optimizer of its own. A function or a "
                + "constraint that the optimizer calls may not call it either.");
        }

        if (IsOver)
        {
            Volatile.Write(ref entered, 0);
            ObjectDisposedException.ThrowIf(true, owner);
        }

        return new Visit(this);
    }

    /// <summary>A stay in the object.</summary>
    internal readonly ref struct Visit(ExclusiveUse use)
    {
        public void Dispose() => Volatile.Write(ref use.entered, 0);
    }
}
