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
        try
        {
            var comparison = new PeerComparison(Python.Find(request.Python), kind, request.Threads);
            foreach (ModelShape shape in request.Shapes)
            {
                PeerReport report = comparison.On(shape);
                PeersTables.Print(report);
                rows.AddRange(report.Rows);
            }
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

        return rows.Where(row => row.Name == PeerComparison.Ours).All(row => row.SameUpdate) ? Success : OursDiffers;
    }

    private static LambDeviceKind KindOf(LambDeviceKind? asked)
    {
        using LambDevice device = DeviceChoice.Open(asked);
        return device.Kind != LambDeviceKind.OpenCL
            ? device.Kind
            : throw new UsageException("The peers run on CUDA or the CPU: add --device cuda or --device cpu.");
    }
}
