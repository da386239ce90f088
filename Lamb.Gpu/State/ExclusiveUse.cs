namespace Lamb.Gpu.State;

/// <summary>Lets one thread at a time into an object, until it is disposed.</summary>
/// <param name="owner">The object.</param>
/// <param name="free">Frees what the object owns; called once, when it is disposed and nobody is in.</param>
internal sealed class ExclusiveUse(object owner, Action free)
{
    private int entered;
    private int isOver;

    /// <summary>Whether the owner is disposed: then nobody is let in.</summary>
    public bool IsOver => Volatile.Read(ref isOver) != 0;

    /// <summary>What makes the owner unfit for use until it is mended, or null.</summary>
    public string? Fault { get; set; }

    /// <summary>Enters; leaves where the result is disposed.</summary>
    /// <param name="mends">Whether a fault does not keep out: whoever enters mends the owner.</param>
    /// <exception cref="ObjectDisposedException">The owner is disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in, or there is a fault.</exception>
    public Visit Enter(bool mends = false)
    {
        ObjectDisposedException.ThrowIf(IsOver, owner);
        if (Interlocked.Exchange(ref entered, 1) != 0)
        {
            ObjectDisposedException.ThrowIf(IsOver, owner);
            throw new InvalidOperationException(
                "Another thread is in this optimizer. One thread at a time may step, read, save or load: take a lock "
                + "around the calls, or give each thread an optimizer of its own. What the optimizer calls (a "
                + "function, a constraint, the progress of a checkpoint) may dispose of it, and no more.");
        }

        string? fault = mends ? null : Fault;
        if (fault != null || IsOver)
        {
            Leave();
            ObjectDisposedException.ThrowIf(IsOver, owner);
            throw new InvalidOperationException(fault);
        }

        return new Visit(this);
    }

    /// <summary>Runs what replaces the state of the owner; cut off, it leaves a fault until it is done again.</summary>
    /// <param name="what">What is loaded.</param>
    /// <param name="change">What replaces.</param>
    public void Replace(string what, Action change)
    {
        Fault = $"The loading of a {what} was cut off, and the state is neither the old nor the new one: load a "
            + "checkpoint, or write the weights and load a state, before anything else.";
        change();
        Fault = null;
    }

    /// <summary>Lets nobody in any more, and frees: at once, or when whoever is in leaves.</summary>
    public void End()
    {
        Interlocked.Exchange(ref isOver, 1);
        FreeWhereNobodyIsIn();
    }

    private void Leave()
    {
        Interlocked.Exchange(ref entered, 0);
        if (IsOver)
        {
            FreeWhereNobodyIsIn();
        }
    }

    // Whoever frees never leaves: it is done once.
    private void FreeWhereNobodyIsIn()
    {
        if (Interlocked.CompareExchange(ref entered, 1, 0) == 0)
        {
            free();
        }
    }

    /// <summary>A stay in the object.</summary>
    internal readonly ref struct Visit(ExclusiveUse use)
    {
        public void Dispose() => use.Leave();
    }
}
