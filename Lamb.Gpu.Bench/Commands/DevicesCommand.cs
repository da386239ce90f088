using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>The verb <c>devices</c>: what this machine can run on.</summary>
internal static class DevicesCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Prints one JSON array instead of the table." };
        var command = new Command("devices", "Lists the devices of this machine, and why one cannot be used.") { json };
        command.SetAction(parsed =>
        {
            IReadOnlyList<LambDeviceInfo> devices = LambDevice.List();
            if (parsed.GetValue(json))
            {
                Console.WriteLine(Json(devices));
            }
            else
            {
                Print(devices);
            }
        });
        return command;
    }

    private static string Json(IReadOnlyList<LambDeviceInfo> devices) => JsonSerializer.Serialize(devices.Select(
        device => new
        {
            kind = device.Kind.ToString().ToLowerInvariant(),
            name = device.Name,
            memoryBytes = device.MemoryBytes,
            cores = device.Cores,
            usable = device.IsUsable,
            problem = device.Problem,
        }));

    private static void Print(IReadOnlyList<LambDeviceInfo> devices)
    {
        var table = new Table().Border(TableBorder.Rounded).ShowRowSeparators();
        table.AddColumn("Kind");
        table.AddColumn("Name");
        table.AddColumn(new TableColumn("Memory").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("Cores").RightAligned());
        table.AddColumn("Usable");
        foreach (LambDeviceInfo device in devices)
        {
            table.AddRow(
                new Text(device.Kind.ToString()),
                new Text(device.Name ?? "none"),
                new Text(device.Name == null ? "" : Gibibytes(device.MemoryBytes)),
                new Text(device.Name == null ? "" : device.Cores.ToString(CultureInfo.InvariantCulture)),
                new Text(device.Problem == null ? "yes" : $"no: {device.Problem}"));
        }

        AnsiConsole.Write(table);
    }

    private static string Gibibytes(long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.0} GiB");
}
