using System.Diagnostics;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace Lamb.Gpu.Bench.Roofline;

/// <summary>Measures steps of one kind on a device.</summary>
/// <param name="device">The device.</param>
/// <param name="kind">The kind of step.</param>
/// <param name="budget">How long to measure a shape.</param>
internal sealed class RooflineMeter(LambDevice device, StepKind kind, TimeSpan budget)
{
    /// <summary>Whether a shape fits the memory that is left; if not, why.</summary>
    public bool Fits(ModelShape shape, out string reason)
    {
        const double gibibyte = 1 << 30;
        long needed = MeasuredStep.MemoryOf(shape, kind), room = MemoryRoom.On(device.Accelerator);
        reason = FormattableString.Invariant(
            $"{shape.Name} is left out: it needs {needed / gibibyte:0.0} GiB, there are {room / gibibyte:0.0}.");
        return needed <= room;
    }

    /// <summary>Measures a shape.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing came of it.</exception>
    public RooflineRow Measure(ModelShape shape, CancellationToken cancellation)
    {
        Accelerator accelerator = device.Accelerator;
        using var measured = new MeasuredStep(accelerator, shape, kind);
        var meter = new AlternatingMeter(accelerator, budget, cancellation);
        TimeSpan[] medians = meter.Medians(measured.Optimizer.Step, measured.Twin.Step, measured.Copy.Run);
        return new RooflineRow
        {
            Shape = shape.Name,
            Options = kind.Name,
            Parameters = shape.Parameters,
            Variables = shape.Variables.Count,
            BytesPerParameter = kind.BytesPerParameter,
            Milliseconds = medians[0].TotalMilliseconds,
            TwinMilliseconds = medians[1].TotalMilliseconds,
            CopyMilliseconds = medians[2].TotalMilliseconds,
            Launches = MeasuredStep.LaunchesOf(measured.Optimizer),
            TwinLaunches = MeasuredStep.LaunchesOf(measured.Twin),
            AllocatedBytesPerStep = MeasuredStep.AllocationsOf(measured.Optimizer),
            TwinAllocatedBytesPerStep = MeasuredStep.AllocationsOf(measured.Twin),
            Device = device.Kind.ToString().ToLowerInvariant(),
            DeviceName = accelerator.Name,
        };
    }
}

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

/// <summary>Knows how much memory a device has left for a measurement.</summary>
internal static class MemoryRoom
{
    // The rest is for what else the program and the driver hold, and for what other programs begin to.
    private const double Share = 0.7;

    /// <summary>The bytes that may be taken.</summary>
    public static long On(Accelerator accelerator)
    {
        long free = accelerator switch
        {
            CudaAccelerator cuda => cuda.GetFreeMemory(),
            { AcceleratorType: AcceleratorType.CPU } => FreeOfTheHost(),
            _ => accelerator.MemorySize,
        };
        return (long)(free * Share);
    }

    private static long FreeOfTheHost()
    {
        // What the machine has in use is as old as the last collection.
        GC.Collect();
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        return memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes;
    }
}
