using System.CommandLine;
using Lamb.Gpu.Bench.Peers;
using Lamb.Gpu.Bench.Roofline;
using Spectre.Console;
using static Lamb.Gpu.Bench.Commands.Printing;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>The verb <c>peers</c>: our step beside those of Python.</summary>
internal static class PeersCommand
{
    private const int Success = 0;
    private const int OursDiffers = 1;
    private const int NothingToCompareWith = 3;

    private const string Description =
        "Times the step of this library and of every LAMB that Python has here (PyTorch, timm, optax, Keras, apex) on "
        + "the same shapes, and checks which of them compute the same update. Exit code 3 where Python has none. "
        + "Ctrl-C stops and still shows what was timed.";

    private static readonly Option<string[]> Shape = new("--shape")
    {
        Description = "The variables to step on, as often as wanted: "
            + $"{string.Join(", ", ModelShapes.All.Select(shape => shape.Name))}.",
        HelpName = "name",
        DefaultValueFactory = _ => ["bert-base"],
    };

    private static readonly Option<int> Threads = CommonOptions.Number(
        "--threads", Environment.ProcessorCount, (1, Environment.ProcessorCount),
        "The threads on the CPU, for both sides; at most as many as it has cores.");

    private static readonly Option<string?> Device = CommonOptions.Device("Where to run: cuda or cpu.");

    private static readonly Option<string?> PythonPath = new("--python")
    {
        Description = "The Python to run. By default the first python3 on the path that has NumPy and PyTorch, JAX or "
            + "Keras.",
        HelpName = "path",
    };

    private static readonly Option<bool> Json = CommonOptions.Json("an array of rows");

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("peers", Description) { Shape, Device, Threads, PythonPath, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        ModelShape[] shapes = [.. parsed.GetValue(Shape)!.Select(ModelShapes.Find)];
        LambDeviceKind kind = KindOf(parsed.GetValue(Device));
        var rows = new List<PeerRow>();
        using var interruption = new Interruption();
        try
        {
            var lines = new ProgressLines(parsed.GetValue(Json));
            lines.SayNow("Looking for a Python with something to compare");
            Python python = Python.Find(parsed.GetValue(PythonPath));
            var comparison = new PeerComparison(python, kind, parsed.GetValue(Threads));
            foreach (ModelShape shape in shapes)
            {
                interruption.Token.ThrowIfCancellationRequested();
                PeerReport report = comparison.On(shape, lines.SayNow, interruption.Token);
                Print(report);
                rows.AddRange(report.Rows);
            }
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

        if (parsed.GetValue(Json))
        {
            PrintJson(rows);
        }

        if (interruption.Token.IsCancellationRequested)
        {
            return Interruption.ExitCode;
        }

        return rows.Where(row => row.Name == PeerComparison.Ours).All(row => row.SameUpdate) ? Success : OursDiffers;
    }

    private static LambDeviceKind KindOf(string? asked)
    {
        using LambDevice device = CommonOptions.Open(asked);
        return device.Kind != LambDeviceKind.OpenCL
            ? device.Kind
            : throw new UsageException("The peers run on CUDA or the CPU: add --device cuda or --device cpu.");
    }

    // The rows of a model, and why others are not among them.
    private static void Print(PeerReport report)
    {
        AnsiConsole.Write(Rows(report.Rows));
        foreach (PeerRow row in report.Rows)
        {
            string note = row.Note.Length > 0 ? $": {row.Note}" : "";
            AnsiConsole.WriteLine($"{row.Name} ({row.Version}){note}");
        }

        foreach (MissingPeer missing in report.Missing)
        {
            AnsiConsole.WriteLine($"Without {missing.Name}: {missing.Reason}");
        }
    }

    private static Table Rows(IReadOnlyList<PeerRow> rows)
    {
        PeerRow ours = rows[0];
        string threads = ours.Device == "cpu" ? $", {ours.Threads} threads" : "";
        string title = Invariant(
            $"{ours.Shape}: {ours.Parameters:N0} parameters in {ours.Variables:N0} variables, {ours.Device}{threads}");
        Table table = TableOf(
            Markup.Escape(title), "A step of", ">ms", ">fastest", ">CPU ms", ">ns/weight", ">× ours", "Keras's");
        table.Columns.ToList().ForEach(column => column.NoWrap());
        foreach (PeerRow row in rows)
        {
            table.AddTexts(
                row.Name,
                Significant(row.Milliseconds),
                Significant(row.Fastest),
                Significant(row.CpuMilliseconds),
                Significant(row.NanosecondsPerParameter),
                Significant(row.Milliseconds / ours.Milliseconds),
                row.SameUpdate ? "yes" : "no");
        }

        return table;
    }

    private static string Significant(double value) =>
        Format(value, value switch { >= 100 => "0", >= 10 => "0.0", >= 1 => "0.00", _ => "0.000" });
}
