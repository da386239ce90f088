using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>The verb <c>devices</c>: what this machine can run on.</summary>
internal static class DevicesCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("devices", "Lists the devices of this machine, and why one cannot be used.");
        command.SetAction(_ => Print(LambDevice.List()));
        return command;
    }

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
