using Lamb.Gpu.Bench.Peers;
using Lamb.Gpu.Bench.Roofline.Shapes;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Does what <c>peers</c> was asked for, from the first check to the last line of output.</summary>
internal static class PeersRun
{
    private const int Success = 0;
    private const int OursDiffers = 1;
    private const int NothingToCompareWith = 3;

    /// <summary>Compares and reports.</summary>
    /// <returns>The exit code.</returns>
    public static int Execute(PeersRequest request)
    {
        LambDeviceKind kind = KindOf(request.Device);
        var rows = new List<PeerRow>();
        using var interruption = new Interruption();
        try
        {
            Compare(request, kind, rows, interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            // The rows before are there.
        }
        catch (PeersMissingException failure)
        {
            Console.Error.WriteLine($"Error: {failure.Message}");
            return NothingToCompareWith;
        }

        if (request.Json)
        {
            Console.Out.WriteLine(PeersJson.Render(rows));
        }

        if (interruption.Token.IsCancellationRequested)
        {
            return Interruption.ExitCode;
        }

        return rows.Where(row => row.Name == PeerComparison.Ours).All(row => row.SameUpdate) ? Success : OursDiffers;
    }

    private static void Compare(
        PeersRequest request, LambDeviceKind kind, List<PeerRow> rows, CancellationToken cancellation)
    {
        var lines = new ProgressLines(request.Json);
        lines.SayNow("Looking for a Python with something to compare");
        var comparison = new PeerComparison(Python.Find(request.Python), kind, request.Threads);
        foreach (ModelShape shape in request.Shapes)
        {
            cancellation.ThrowIfCancellationRequested();
            PeerReport report = comparison.On(shape, lines.SayNow, cancellation);
            PeersTables.Print(report);
            rows.AddRange(report.Rows);
        }
    }

    private static LambDeviceKind KindOf(LambDeviceKind? asked)
    {
        using LambDevice device = DeviceChoice.Open(asked);
        return device.Kind != LambDeviceKind.OpenCL
            ? device.Kind
            : throw new UsageException("The peers run on CUDA or the CPU: add --device cuda or --device cpu.");
    }
}
