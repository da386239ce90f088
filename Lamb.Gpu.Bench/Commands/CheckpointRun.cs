using System.Globalization;
using System.Text.Json;
using Lamb.Gpu.Bench.Checkpoints;
using Lamb.Gpu.Bench.Roofline;
using Spectre.Console;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Does what <c>checkpoint</c> was asked for, from the first check to the last line of output.</summary>
internal static class CheckpointRun
{
    private const int Success = 0;
    private const double Giga = 1e9;

    /// <summary>Measures and reports.</summary>
    /// <returns>The exit code.</returns>
    public static int Execute(CheckpointRequest request)
    {
        using LambDevice device = DeviceChoice.Open(request.Device);
        RequireRoom(device, request);
        using var interruption = new Interruption();
        CheckpointRow row = Measure(device, request, interruption.Token);
        if (row.Save.Count == 0)
        {
            Console.Error.WriteLine("Stopped before the end of the first round: nothing was measured.");
            return Interruption.ExitCode;
        }

        AnsiConsole.Write(Numbers(row));
        if (request.Json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new
            {
                bytes = row.Bytes,
                parameters = row.Parameters,
                saveSeconds = row.Save,
                loadSeconds = row.Load,
                copySeconds = row.Copy,
                saveFraction = row.SaveFraction,
                loadFraction = row.LoadFraction,
                device = device.Kind.ToString(),
                deviceName = device.Accelerator.Name,
            }));
        }

        return row.Save.Count == request.Rounds ? Success : Interruption.ExitCode;
    }

    private static void RequireRoom(LambDevice device, CheckpointRequest request)
    {
        double needed = CheckpointMeter.MemoryOf(request.Bytes) / Giga;
        double room = MemoryRoom.On(device.Accelerator) / Giga;
        if (needed > room)
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"--bytes: state and gradients need {needed:0.0} GB of memory, there are {room:0.0}. Choose fewer."));
        }

        double free = new DriveInfo(Path.GetFullPath(request.Folder)).AvailableFreeSpace / Giga;
        if (2 * request.Bytes / Giga > free)
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"--folder: two files need {2 * request.Bytes / Giga:0.0} GB, there are {free:0.0} in "
                + $"'{request.Folder}'. Choose another folder, or fewer --bytes."));
        }
    }

    private static CheckpointRow Measure(
        LambDevice device, CheckpointRequest request, CancellationToken cancellation)
    {
        var lines = new ProgressLines(request.Json);
        try
        {
            return new CheckpointMeter(device, request.Folder, request.Rounds, lines.Say)
                .Measure(request.Bytes, cancellation);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The disk refuses: {refused.Message} Choose another --folder, or fewer --bytes.");
        }
    }

    private static Table Numbers(CheckpointRow row)
    {
        string title = Format(row.Bytes / Giga, "0.000") + " GB, " + row.Parameters + " parameters with two moments";
        Table table = new Table().Border(TableBorder.Rounded).Title(title);
        table.AddColumn("median of " + row.Save.Count);
        foreach (string name in new[] { "seconds", "GB/s", "of the copy" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        Add("copy", row.Copy, 1);
        Add("save", row.Save, row.SaveFraction);
        Add("load", row.Load, row.LoadFraction);
        return table;

        void Add(string name, IReadOnlyList<double> seconds, double fraction)
        {
            double median = CheckpointRow.Median(seconds);
            table.AddRow(
                name, Format(median, "0.000"), Format(row.Bytes / Giga / median, "0.00"), Format(fraction, "0.00"));
        }
    }

    private static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
