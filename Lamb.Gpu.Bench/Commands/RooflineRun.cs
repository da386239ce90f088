using Lamb.Gpu.Bench.Roofline;
using Lamb.Gpu.Bench.Roofline.Report;
using Lamb.Gpu.Bench.Roofline.Shapes;
using Spectre.Console;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Does what <c>roofline</c> was asked for, from the first check to the last line of output.</summary>
internal static class RooflineRun
{
    private const int Success = 0;

    /// <summary>Measures and reports.</summary>
    /// <returns>The exit code.</returns>
    public static int Execute(RooflineRequest request)
    {
        StepKind kind = StepKind.Find(request.Options) with { OneLaunch = request.OneLaunch };
        IReadOnlyList<RooflineSection> sections = SectionsOf(request);
        ReportFile.RequireWritable("--html", request.ReportPath);
        using LambDevice device = DeviceChoice.Open(request.Device);
        RooflineTables.PrintStart(device, kind);
        var meter = new RooflineMeter(device, kind, request.Budget);
        using var interruption = new Interruption();
        var lines = new ProgressLines(request.Json);
        sections =
        [
            .. sections.Select(section =>
                section with { Rows = Measure(meter, section.Shapes, lines, interruption.Token) }),
        ];
        Publish(request, kind, sections);
        return interruption.Token.IsCancellationRequested ? Interruption.ExitCode : Success;
    }

    private static void Publish(RooflineRequest request, StepKind kind, IReadOnlyList<RooflineSection> sections)
    {
        RooflineRow[] rows = [.. sections.SelectMany(section => section.Rows)];
        foreach (RooflineSection section in sections.Where(section => section.Rows.Count > 0))
        {
            RooflineTables.Print(section.Title, section.Rows);
        }

        try
        {
            if (request.ReportPath != null && rows.Length > 0)
            {
                ReportFile.Write("--html", request.ReportPath, RooflineReport.Render(kind, sections));
                AnsiConsole.WriteLine($"The page is in {request.ReportPath}");
            }
        }
        finally
        {
            if (request.Json)
            {
                Console.Out.WriteLine(RooflineJson.Render(rows));
            }
        }
    }

    private static List<RooflineSection> SectionsOf(RooflineRequest request)
    {
        List<RooflineSection> sections = [];
        if (request.Shapes.Count > 0 || !(request.Scattered || request.Growth))
        {
            IEnumerable<ModelShape> named = request.Shapes.Select(ModelShapes.Find);
            sections.Add(new("A step by model", request.Shapes.Count > 0 ? [.. named] : ModelShapes.All));
        }

        if (request.Scattered)
        {
            sections.Add(new("200 variables, together and scattered", ModelShapes.Scattered));
        }

        if (request.Growth)
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
                rows.Add(meter.Measure(shape, cancellation));
                lines.SayNow(RooflineTables.Describe(rows[^1]));
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                lines.SayNow($"{shape.Name}: stopped");
            }
        }

        return rows;
    }
}
