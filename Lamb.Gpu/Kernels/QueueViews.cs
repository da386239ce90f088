using ILGPU;
using ILGPU.IR.Intrinsics;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>What the workers of one launch share to divide its work among themselves.</summary>
/// <remarks>The atomic operations are on integers, and fences as well: what was written before is seen after.</remarks>
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

    /// <summary>Claims what nobody has claimed.</summary>
    public readonly int Next() => Atomic.Add(ref Counters[0], 1);

    /// <summary>Leaves the launch; the last one leaves the counters as they were before it.</summary>
    public readonly void Leave()
    {
        if (Atomic.Add(ref Counters[1], 1) == Grid.DimX - 1)
        {
            Counters[0] = 0;
            Counters[1] = 0;
        }
    }

    /// <summary>Ends the moments of a tile; tells whether it was the last of its variable.</summary>
    public readonly bool IsLast(int variable, int tiles)
    {
        bool isLast = Atomic.Add(ref Done[variable], 1) == tiles - 1;
        if (isLast)
        {
            Done[variable] = 0;
        }

        return isLast;
    }

    /// <summary>Says that the trust ratio of a variable can be read.</summary>
    public readonly void Announce(int variable, int launch) => Atomic.Exchange(ref Ready[variable], launch);

    /// <summary>Waits until the trust ratio of a variable can be read.</summary>
    public readonly void Await(int variable, int launch) => Await(ref Ready[variable], launch);

    // Run as it is, not compiled by ILGPU. Gives the core away, but never sleeps: a millisecond is a whole step.
    [IntrinsicImplementation]
    private static void Await(ref int ready, int launch)
    {
        var spin = default(SpinWait);
        while (Volatile.Read(ref ready) != launch)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }
}
