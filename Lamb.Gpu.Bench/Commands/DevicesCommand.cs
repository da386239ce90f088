using System.CommandLine;
using Spectre.Console;
using static Lamb.Gpu.Bench.Commands.Printing;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>The verb <c>devices</c>: what this machine can run on.</summary>
internal static class DevicesCommand
{
    private static readonly Option<bool> Json = new("--json")
    {
        Description = "Prints one JSON array instead of the table.",
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("devices", "Lists the devices of this machine, and why one cannot be used.") { Json };
        command.SetAction(parsed => Print(LambDevice.List(), parsed.GetValue(Json)));
        return command;
    }

    private static void Print(IReadOnlyList<LambDeviceInfo> devices, bool json)
    {
        if (json)
        {
            PrintJson(devices.Select(device => new
            {
                kind = device.Kind.ToString().ToLowerInvariant(),
                name = device.Name,
                memoryBytes = device.MemoryBytes,
                cores = device.Cores,
                usable = device.IsUsable,
                problem = device.Problem,
            }));
            return;
        }

        Table table = TableOf(null, "Kind", "Name", ">Memory", ">Cores", "Usable").ShowRowSeparators();
        table.Columns[2].NoWrap();
        foreach (LambDeviceInfo device in devices)
        {
            table.AddTexts(
                device.Kind.ToString(),
                device.Name ?? "none",
                device.Name == null ? "" : Invariant($"{device.MemoryBytes / (double)(1 << 30):0.0} GiB"),
                device.Name == null ? "" : Format(device.Cores, "0"),
                device.Problem == null ? "yes" : $"no: {device.Problem}");
        }

        AnsiConsole.Write(table);
    }
}
