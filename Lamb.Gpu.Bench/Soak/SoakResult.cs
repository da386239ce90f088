using System.Diagnostics;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace Lamb.Gpu.Bench.Soak;

/// <summary>What a soak came to.</summary>
/// <param name="Steps">The steps that each training was called for.</param>
/// <param name="Periods">How often one of each pair went on from its file.</param>
/// <param name="Difference">The first step after which a pair differed, and which one, or null.</param>
/// <param name="Readings">What the process held, in order.</param>
internal sealed record SoakResult(
    long Steps, long Periods, string? Difference, IReadOnlyList<SoakReading> Readings)
{
    /// <summary>Gets what has grown, and by how much.</summary>
    public IReadOnlyList<SoakGrowth> Growth { get; } = SoakGrowth.Of(Readings);

    /// <summary>Gets whether it was stopped before the last period.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>Gets whether nothing differs and nothing has grown by more than it may.</summary>
    public bool IsSound => Difference == null && !Growth.Any(growth => growth.IsTooMuch);
}

/// <summary>What the process holds at some step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Managed">The bytes of the managed heap, collected before.</param>
/// <param name="WorkingSet">The bytes of memory that the system has given the process.</param>
/// <param name="Device">The bytes in use on the device, by anybody, or null where it does not tell.</param>
/// <param name="Files">The open files and sockets, or null where the system does not tell.</param>
/// <param name="Threads">The threads.</param>
internal sealed record SoakReading(long Step, long Managed, long WorkingSet, long? Device, long? Files, long Threads)
{
    private const string OpenFiles = "/proc/self/fd";

    /// <summary>Reads them now.</summary>
    public static SoakReading Take(Accelerator accelerator, long step)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var self = Process.GetCurrentProcess();
        return new SoakReading(
            step,
            GC.GetTotalMemory(forceFullCollection: true),
            self.WorkingSet64,
            accelerator is CudaAccelerator cuda ? cuda.MemorySize - cuda.GetFreeMemory() : null,
            Directory.Exists(OpenFiles) ? Directory.GetFileSystemEntries(OpenFiles).Length : null,
            self.Threads.Count);
    }
}

/// <summary>How much one thing that a process holds has grown from the second quarter of a run to the last.</summary>
/// <remarks>The first quarter is for compilers, pools and caches to fill; medians, for what comes and goes.</remarks>
/// <param name="Name">What is held.</param>
/// <param name="Growth">By how much it has grown, or null where it is not known.</param>
/// <param name="Limit">By how much it may.</param>
internal sealed record SoakGrowth(string Name, double? Growth, double Limit)
{
    private const double ManagedLimit = 1 << 18;
    private const double NativeLimit = 16 << 20;

    // The pool starts and ends threads as it sees fit, and a thread may bring files; one lost in each of 40 periods
    // comes to 20.
    private const double HandleLimit = 8;

    /// <summary>Gets whether it has grown by more than it may.</summary>
    public bool IsTooMuch => Growth > Limit;

    /// <summary>Looks at everything that was read.</summary>
    public static IReadOnlyList<SoakGrowth> Of(IReadOnlyList<SoakReading> readings) =>
    [
        new("managed bytes", Between(readings, reading => reading.Managed), ManagedLimit),
        new("working set", Between(readings, reading => reading.WorkingSet), NativeLimit),
        new("device bytes", Between(readings, reading => reading.Device), NativeLimit),
        new("open files", Between(readings, reading => reading.Files), HandleLimit),
        new("threads", Between(readings, reading => reading.Threads), HandleLimit),
    ];

    private static double? Between(IReadOnlyList<SoakReading> readings, Func<SoakReading, long?> value)
    {
        int quarter = readings.Count / 4;
        return Median(readings.Skip(3 * quarter)) - Median(readings.Skip(quarter).Take(quarter));

        double? Median(IEnumerable<SoakReading> some)
        {
            long[] sorted = [.. some.Select(value).OfType<long>().Order()];
            return sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2.0;
        }
    }
}
