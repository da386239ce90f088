using ILGPU;
using ILGPU.IR.Intrinsics;
using Lamb.Gpu.Tiles;

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

/// <summary>A worker is a group of lanes: the first one claims, tells and waits for all.</summary>
/// <remarks>
/// Atomic operations order nothing there. A fence before one that tells, behind a barrier, publishes what every lane of
/// the group wrote; a fence behind one that asks, before a barrier, lets every lane read what others published, past
/// the first-level cache. All lanes come to every fence: ILGPU makes a barrier of it on OpenCL.
/// </remarks>
internal readonly struct GroupClaims : IClaims
{
    /// <inheritdoc/>
    public static int Next(QueueViews queue)
    {
        ArrayView<int> answer = SharedMemory.Allocate<int>(1);

        // The answer before is still being read.
        Group.Barrier();
        if (Group.IdxX == 0)
        {
            answer[0] = Atomic.Add(ref queue.Counters[0], 1);
        }

        Group.Barrier();
        return answer[0];
    }

    /// <inheritdoc/>
    public static bool IsLast(QueueViews queue, int variable, int tiles)
    {
        ArrayView<int> before = SharedMemory.Allocate<int>(1);

        // All lanes have written their moments, and read the answer before.
        Group.Barrier();
        MemoryFence.DeviceLevel();
        if (Group.IdxX == 0)
        {
            before[0] = Atomic.Add(ref queue.Done[variable], 1);
            if (before[0] == tiles - 1)
            {
                queue.Done[variable] = 0;
            }
        }

        MemoryFence.DeviceLevel();
        Group.Barrier();
        return before[0] == tiles - 1;
    }

    /// <inheritdoc/>
    public static void Announce(QueueViews queue, int variable, int launch)
    {
        // The first lane alone has written what it announces, the trust ratio.
        MemoryFence.DeviceLevel();
        if (Group.IdxX == 0)
        {
            Atomic.Exchange(ref queue.Ready[variable], launch);
        }
    }

    /// <inheritdoc/>
    public static void Await(QueueViews queue, int variable, int launch)
    {
        if (Group.IdxX == 0)
        {
            // Nothing is added: an atomic operation reads from memory, not from a cache that nobody keeps coherent.
            int ready = Atomic.Add(ref queue.Ready[variable], 0);
            while (ready != launch)
            {
                ready = Atomic.Add(ref queue.Ready[variable], 0);
            }
        }

        MemoryFence.DeviceLevel();
        Group.Barrier();
    }

    /// <inheritdoc/>
    public static void Leave(QueueViews queue)
    {
        // No claim of this group comes after it has left.
        MemoryFence.DeviceLevel();
        if (Group.IdxX == 0 && Atomic.Add(ref queue.Counters[1], 1) == Grid.DimX - 1)
        {
            Atomic.Exchange(ref queue.Counters[0], 0);
            Atomic.Exchange(ref queue.Counters[1], 0);
        }
    }
}

/// <summary>A worker is one thread of the CPU accelerator.</summary>
/// <remarks>Atomic operations are fences there: what was written before is seen after.</remarks>
internal readonly struct HostClaims : IClaims
{
    /// <inheritdoc/>
    public static int Next(QueueViews queue) => Atomic.Add(ref queue.Counters[0], 1);

    /// <inheritdoc/>
    public static bool IsLast(QueueViews queue, int variable, int tiles)
    {
        bool isLast = Atomic.Add(ref queue.Done[variable], 1) == tiles - 1;
        if (isLast)
        {
            queue.Done[variable] = 0;
        }

        return isLast;
    }

    /// <inheritdoc/>
    public static void Announce(QueueViews queue, int variable, int launch) =>
        Atomic.Exchange(ref queue.Ready[variable], launch);

    /// <inheritdoc/>
    /// <remarks>Run as it is, not compiled by ILGPU. Gives the core away, but never sleeps: a millisecond is a whole
    /// step.</remarks>
    [IntrinsicImplementation]
    public static void Await(QueueViews queue, int variable, int launch)
    {
        ref int ready = ref queue.Ready[variable];
        var spin = default(SpinWait);
        while (Volatile.Read(ref ready) != launch)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <inheritdoc/>
    public static void Leave(QueueViews queue)
    {
        if (Atomic.Add(ref queue.Counters[1], 1) == Grid.DimX - 1)
        {
            queue.Counters[0] = 0;
            queue.Counters[1] = 0;
        }
    }
}
