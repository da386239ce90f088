using System.Diagnostics;
using ILGPU.Runtime;

namespace Lamb.Gpu.Bench.Roofline;

/// <summary>Takes the times of several works in turn, so that whatever disturbs the machine disturbs all.</summary>
/// <param name="accelerator">Where they run; each measurement ends when it has nothing left to do.</param>
/// <param name="budget">How long to go on.</param>
/// <param name="cancellation">Ends it with an exception, and without a result.</param>
internal sealed class AlternatingMeter(Accelerator accelerator, TimeSpan budget, CancellationToken cancellation)
{
    private const int FewestRounds = 7;

    // Long enough that neither the clock nor waiting for the device shows.
    private static readonly TimeSpan Measurement = TimeSpan.FromMilliseconds(10);

    /// <summary>Runs each work once a round, as often as a measurement takes.</summary>
    /// <returns>The median time of a single run of each work.</returns>
    public TimeSpan[] Medians(params Action[] works)
    {
        var total = Stopwatch.StartNew();
        int[] repeats = [.. works.Select(RepeatsOf)];
        List<TimeSpan>[] times = [.. works.Select(_ => new List<TimeSpan>())];
        for (int round = 0; round < FewestRounds || total.Elapsed < budget; round++)
        {
            for (int i = 0; i < works.Length; i++)
            {
                times[i].Add(TimeOf(works[i], repeats[i]) / repeats[i]);
            }
        }

        return [.. times.Select(Median)];
    }

    private static TimeSpan Median(List<TimeSpan> times)
    {
        times.Sort();
        return (times[(times.Count - 1) / 2] + times[times.Count / 2]) / 2;
    }

    // The first runs compile, and what they time is no measure of the later ones.
    private int RepeatsOf(Action work)
    {
        int repeats = 1;
        TimeOf(work, repeats);
        TimeSpan time = TimeOf(work, repeats);
        while (time < Measurement)
        {
            repeats *= 2;
            time = TimeOf(work, repeats);
        }

        return repeats;
    }

    private TimeSpan TimeOf(Action work, int repeats)
    {
        var watch = Stopwatch.StartNew();
        for (int i = 0; i < repeats; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            work();
        }

        accelerator.Synchronize();
        return watch.Elapsed;
    }
}
