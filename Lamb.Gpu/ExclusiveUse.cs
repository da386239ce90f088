namespace Lamb.Gpu;

/// <summary>Lets one thread at a time into an object, until it is disposed.</summary>
internal sealed class ExclusiveUse(object owner)
{
    private int entered;

    /// <summary>Whether the owner is disposed: then nobody is let in.</summary>
    public bool IsOver { get; set; }

    /// <summary>What makes the owner unfit for use until it is mended, or null.</summary>
    public string? Fault { get; set; }

    /// <summary>Enters; leaves where the result is disposed.</summary>
    /// <param name="mends">Whether a fault does not keep out: whoever enters mends or disposes of the owner.</param>
    /// <exception cref="ObjectDisposedException">The owner is disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in, or there is a fault.</exception>
    public Visit Enter(bool mends = false)
    {
        ObjectDisposedException.ThrowIf(IsOver, owner);
        if (Interlocked.Exchange(ref entered, 1) != 0)
        {
            throw new InvalidOperationException(
                "Another thread is in this optimizer. One thread at a time may step, read or dispose it: "
                + "take a lock around the calls, or give each thread an optimizer of its own. What the optimizer calls "
                + "(a function, a constraint, the progress of a checkpoint) may not call it either.");
        }

        if (IsOver)
        {
            Volatile.Write(ref entered, 0);
            ObjectDisposedException.ThrowIf(true, owner);
        }

        if (Fault != null && !mends)
        {
            Volatile.Write(ref entered, 0);
            throw new InvalidOperationException(Fault);
        }

        return new Visit(this);
    }

    /// <summary>A stay in the object.</summary>
    internal readonly ref struct Visit(ExclusiveUse use)
    {
        public void Dispose() => Volatile.Write(ref use.entered, 0);
    }
}
