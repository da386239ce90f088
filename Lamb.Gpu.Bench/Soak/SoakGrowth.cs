namespace Lamb.Gpu.Bench.Soak;

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
