using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>How the workers of one launch divide its work, and tell each other what is ready.</summary>
/// <remarks>What a worker wrote before it ended a tile is seen by whoever waits for the variable.</remarks>
internal interface IClaims
{
    /// <summary>Claims what nobody has claimed.</summary>
    static abstract int Next(QueueViews queue);

    /// <summary>Ends the moments of a tile; tells whether it was the last of its variable.</summary>
    static abstract bool IsLast(QueueViews queue, int variable, int tiles);

    /// <summary>Says that the trust ratio of a variable can be read.</summary>
    static abstract void Announce(QueueViews queue, int variable, int launch);

    /// <summary>Waits until it can.</summary>
    static abstract void Await(QueueViews queue, int variable, int launch);

    /// <summary>Leaves the launch; the last one leaves the counters as they were before it.</summary>
    static abstract void Leave(QueueViews queue);
}
