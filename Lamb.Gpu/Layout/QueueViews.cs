using ILGPU;

namespace Lamb.Gpu.Layout;

/// <summary>What the workers of one launch share to divide its work among themselves.</summary>
internal struct QueueViews
{
    /// <summary>What is to be done, in order.</summary>
    public ArrayView<WorkItem> Items;

    /// <summary>Where each claim begins in <see cref="Items"/>, and where the last one ends.</summary>
    public ArrayView<int> Claims;

    /// <summary>How many claims have been taken, and how many workers have left; both 0 between launches.</summary>
    public ArrayView<int> Counters;

    /// <summary>How many tiles of each variable have their moments; 0 between launches.</summary>
    public ArrayView<int> Done;

    /// <summary>The last launch in which the trust ratio of each variable was ready.</summary>
    public ArrayView<int> Ready;
}
