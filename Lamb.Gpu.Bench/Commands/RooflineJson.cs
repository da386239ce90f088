using System.Text.Json;
using Lamb.Gpu.Bench.Roofline;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Writes what steps came to as one line for programs.</summary>
internal static class RooflineJson
{
    /// <summary>One JSON array, on one line.</summary>
    public static string Render(IEnumerable<RooflineRow> rows) => JsonSerializer.Serialize(rows.Select(row => new
    {
        shape = row.Shape,
        options = row.Options,
        parameters = row.Parameters,
        variables = row.Variables,
        milliseconds = row.Milliseconds,
        nanosecondsPerParameter = row.NanosecondsPerParameter,
        gigabytesPerSecond = row.GigabytesPerSecond,
        bytesPerParameter = row.BytesPerParameter,
        twinMilliseconds = row.TwinMilliseconds,
        copyMilliseconds = row.CopyMilliseconds,
        fractionOfTwin = row.FractionOfTwin,
        fractionOfCopy = row.FractionOfCopy,
        launches = row.Launches,
        twinLaunches = row.TwinLaunches,
        allocatedBytesPerStep = row.AllocatedBytesPerStep,
        twinAllocatedBytesPerStep = row.TwinAllocatedBytesPerStep,
        device = row.Device,
        deviceName = row.DeviceName,
    }));
}
