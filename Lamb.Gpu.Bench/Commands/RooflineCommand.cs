using System.CommandLine;
using Lamb.Gpu.Bench.Reports;
using Lamb.Gpu.Bench.Roofline;
using Spectre.Console;
using static Lamb.Gpu.Bench.Commands.Printing;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>The verb <c>roofline</c>: a step beside the memory of the machine.</summary>
internal static class RooflineCommand
{
    private const int Success = 0;

    private const string Description =
        "Shows how far a step is from the memory of the machine: beside a twin, which moves the same bytes through the "
        + "same launches without computing, and beside a copy of as many bytes. A fraction of 1 is as fast as that. "
        + "Ctrl-C stops and still shows the shapes that were measured.";

    private static readonly Option<string[]> Shape = new("--shape")
    {
        Description = $"The variables to step on, as often as wanted: {Names(ModelShapes.All.Select(s => s.Name))}. "
            + "By default all that fit the memory, unless --scattered or --growth is given.",
        HelpName = "name",
    };

    private static readonly Option<string> Options = new("--options")
    {
        Description = $"The kind of step: {Names(StepKind.All.Select(kind => kind.Name))}; accumulate is a micro-step.",
        HelpName = "name",
        DefaultValueFactory = _ => StepKind.All[0].Name,
    };

    private static readonly Option<string?> Launch = new("--launch")
    {
        Description = "How the stages of an update are launched: together, in one launch, or apart, in three. "
            + "By default as the library does it on the device.",
        HelpName = "together|apart",
    };

    private static readonly Option<bool> Scattered = new("--scattered")
    {
        Description = "Measures 200 variables in an arena, and in a buffer each.",
    };

    private static readonly Option<bool> Growth = new("--growth")
    {
        Description = "Measures 1 to 500 million parameters in one variable, and 10 million in 1 to 20,000 variables.",
    };

    private static readonly Option<double> Seconds =
        CommonOptions.Number("--seconds", 4.0, (0, 3600), "How long to measure each shape.");

    private static readonly Option<string?> Device = CommonOptions.Device("Where to step.");

    private static readonly Option<string?> Html = new("--html")
    {
        Description = "Writes a page with the pictures.",
        HelpName = "file.html",
    };

    private static readonly Option<bool> Json = CommonOptions.Json("an array with an object a shape");

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("roofline", Description)
        {
            Shape, Options, Launch, Scattered, Growth, Seconds, Device, Html, Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names);

    private static int Run(ParseResult parsed)
    {
        StepKind kind = StepKind.Find(parsed.GetValue(Options)!) with
        {
            OneLaunch = IsTogether(parsed.GetValue(Launch)),
        };
        IReadOnlyList<RooflineSection> sections = SectionsOf(parsed);
        ReportFile.RequireWritable("--html", parsed.GetValue(Html));
        using LambDevice device = CommonOptions.Open(parsed.GetValue(Device));
        PrintDevice(device);
        AnsiConsole.WriteLine($"Step    {kind.Name}, {kind.BytesPerParameter} bytes a parameter");
        var meter = new RooflineMeter(device, kind, TimeSpan.FromSeconds(parsed.GetValue(Seconds)));
        using var interruption = new Interruption();
        var lines = new ProgressLines(parsed.GetValue(Json));
        sections =
        [
            .. sections.Select(section =>
                section with { Rows = Measure(meter, section.Shapes, lines, interruption.Token) }),
        ];
        Publish(parsed, kind, sections);
        return interruption.Token.IsCancellationRequested ? Interruption.ExitCode : Success;
    }

    private static bool? IsTogether(string? launch) => launch switch
    {
        null => null,
        "together" => true,
        "apart" => false,
        _ => throw new UsageException($"--launch must be together or apart, was '{launch}'."),
    };

    private static List<RooflineSection> SectionsOf(ParseResult parsed)
    {
        List<RooflineSection> sections = [];
        string[] shapes = parsed.GetValue(Shape) ?? [];
        bool isScattered = parsed.GetValue(Scattered), isGrowing = parsed.GetValue(Growth);
        if (shapes.Length > 0 || !(isScattered || isGrowing))
        {
            sections.Add(new(
                "A step by model", shapes.Length > 0 ? [.. shapes.Select(ModelShapes.Find)] : ModelShapes.All));
        }

        if (isScattered)
        {
            sections.Add(new("200 variables, together and scattered", ModelShapes.Scattered));
        }

        if (isGrowing)
        {
            sections.Add(new("One variable that grows", ModelShapes.GrowingParameters)
            {
                Growth = GrowthAxis.Parameters,
            });
            sections.Add(new("10 million parameters in more variables", ModelShapes.GrowingVariables)
            {
                Growth = GrowthAxis.Variables,
            });
        }

        return sections;
    }

    // Ctrl-C gives up the shape at hand, and keeps those before it.
    private static List<RooflineRow> Measure(
        RooflineMeter meter, IEnumerable<ModelShape> shapes, ProgressLines lines, CancellationToken cancellation)
    {
        List<RooflineRow> rows = [];
        foreach (ModelShape shape in shapes.TakeWhile(_ => !cancellation.IsCancellationRequested))
        {
            if (!meter.Fits(shape, out string reason))
            {
                lines.SayNow(reason);
                continue;
            }

            lines.SayNow($"{shape.Name} ...");
            try
            {
                RooflineRow row = meter.Measure(shape, cancellation);
                rows.Add(row);
                lines.SayNow(
                    Invariant($"{row.Shape}: {row.Parameters:N0} parameters in {row.Variables:N0} variables, ")
                    + Invariant($"{row.Milliseconds:0.000} ms"));
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                lines.SayNow($"{shape.Name}: stopped");
            }
        }

        return rows;
    }

    private static void Publish(ParseResult parsed, StepKind kind, IReadOnlyList<RooflineSection> sections)
    {
        RooflineRow[] rows = [.. sections.SelectMany(section => section.Rows)];
        foreach (RooflineSection section in sections.Where(section => section.Rows.Count > 0))
        {
            Print(section.Title, section.Rows);
        }

        try
        {
            if (parsed.GetValue(Html) is { } path && rows.Length > 0)
            {
                ReportFile.Write("--html", path, RooflineReport.Render(kind, sections));
                AnsiConsole.WriteLine($"The page is in {path}");
            }
        }
        finally
        {
            if (parsed.GetValue(Json))
            {
                PrintJson(rows);
            }
        }
    }

    private static void Print(string title, IReadOnlyList<RooflineRow> rows)
    {
        Table table = TableOf(title, "Shape", ">ms", ">ns/p", ">GB/s", ">B/p", ">twin", ">copy", ">launches");
        table.Columns[0].NoWrap();
        foreach (RooflineRow row in rows)
        {
            table.AddRow(
                row.Shape,
                Format(row.Milliseconds, "0.000"),
                Format(row.NanosecondsPerParameter, "0.000"),
                Format(row.GigabytesPerSecond, "0.0"),
                Format(row.BytesPerParameter, "0"),
                Format(row.FractionOfTwin, "0.00"),
                Format(row.FractionOfCopy, "0.00"),
                Format(row.Launches, "0"));
        }

        AnsiConsole.Write(table);
        AnsiConsole.Write(new BarChart().Label("GB/s").AddItems(
            rows, row => new BarChartItem(row.Shape, Math.Round(row.GigabytesPerSecond, 1), Color.Blue)));
    }
}
