using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Lamb.Gpu.Bench.Roofline;

namespace Lamb.Gpu.Bench.Peers;

/// <summary>Compares this library with every peer on one model after the other.</summary>
/// <param name="python">What runs the peers.</param>
/// <param name="kind">CUDA or the CPU.</param>
/// <param name="threads">The threads on the CPU.</param>
internal sealed class PeerComparison(Python python, LambDeviceKind kind, int threads)
{
    /// <summary>What the row of this library is called.</summary>
    public const string Ours = "Lamb.Gpu";

    // Enough for a median; a round of a tenth of a second is long beside the clock and short beside a disturbance.
    private const int Rounds = 5;
    private const double SecondsPerRound = 0.1;

    private readonly OurStep ours = new(kind, threads);

    private string Device => kind == LambDeviceKind.Cpu ? "cpu" : "cuda";

    /// <summary>Times ours, the peers, and ours again; our row comes first.</summary>
    /// <param name="shape">The model.</param>
    /// <param name="progress">Told what is about to be timed, and what was.</param>
    /// <param name="cancellation">Ends it; the peers that were timed until then count.</param>
    /// <exception cref="PeersMissingException">There is no peer.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the first one.</exception>
    public PeerReport On(ModelShape shape, Action<string> progress, CancellationToken cancellation)
    {
        progress($"{shape.Name}: {Ours}");
        StepTimes before = ours.Measure(shape, Rounds, SecondsPerRound);
        cancellation.ThrowIfCancellationRequested();
        progress($"{shape.Name}: Python");
        PeerReport peers = python.Run(
            new PeerRequest(Device, threads, Rounds, SecondsPerRound, [PeerShape.Of(shape)]),
            line => Tell(line, progress),
            cancellation);
        PeerRow[] rows = [.. peers.Rows.Where(row => row.Shape == shape.Name)];
        if (rows.Length == 0)
        {
            cancellation.ThrowIfCancellationRequested();
        }

        if (peers.Case == null || rows.Length == 0)
        {
            throw new PeersMissingException(
                $"There is nothing to compare with on {shape.Name}. "
                + string.Join(' ', peers.Missing.Select(missing => $"{missing.Name}: {missing.Reason}."))
                + $" {Python.HowToGetOne}");
        }

        StepTimes times = cancellation.IsCancellationRequested
            ? before
            : before.And(ours.Measure(shape, Rounds, SecondsPerRound));
        string note = cancellation.IsCancellationRequested ? "before the others" : "before and after the others";
        return peers with { Rows = [OurRow(shape, times, peers.Case, note), .. rows] };
    }

    // A line that cannot be read is told of at the end.
    private static void Tell(string line, Action<string> progress)
    {
        try
        {
            foreach (PeerRow row in PeerReport.Parse([line]).Rows)
            {
                progress(string.Create(
                    CultureInfo.InvariantCulture, $"{row.Shape}: {row.Name}, {row.Milliseconds:0.000} ms"));
            }
        }
        catch (JsonException)
        {
        }
    }

    private PeerRow OurRow(ModelShape shape, StepTimes times, PeerCase played, string note)
    {
        double error = ours.ErrorOn(played);
        return new PeerRow(
            Ours,
            typeof(LambOptimizer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
                .InformationalVersion.Split('+')[0],
            Device,
            threads,
            shape.Name,
            shape.Parameters,
            shape.Variables.Count,
            times.Median,
            times.Rounds.Min(),
            times.Rounds.Max(),
            times.CpuMedian,
            times.Median * 1e6 / shape.Parameters,
            error <= played.Tolerance,
            error,
            "keras",
            error,
            note);
    }
}
