using ILGPU;
using ILGPU.IR.Intrinsics;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels.Claims;

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
