using System.CommandLine;
using Lamb.Gpu.Bench.Roofline;
using Lamb.Gpu.Bench.Roofline.Shapes;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>The verb <c>roofline</c>: its options, and what they mean.</summary>
internal static class RooflineCommand
{
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
        NumberOption.Create("--seconds", 4.0, (0, 3600), "How long to measure each shape.");

    private static readonly Option<string?> Device = DeviceChoice.CreateOption("Where to step.");

    private static readonly Option<string?> Html = new("--html")
    {
        Description = "Writes a page with the pictures.",
        HelpName = "file.html",
    };

    private static readonly Option<bool> Json = JsonChoice.CreateOption("an array with an object a shape");

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("roofline", Description)
        {
            Shape, Options, Launch, Scattered, Growth, Seconds, Device, Html, Json,
        };
        command.SetAction(parsed => RooflineRun.Execute(new RooflineRequest(
            parsed.GetValue(Shape) ?? [],
            parsed.GetValue(Options)!,
            IsTogether(parsed.GetValue(Launch)),
            parsed.GetValue(Scattered),
            parsed.GetValue(Growth),
            TimeSpan.FromSeconds(parsed.GetValue(Seconds)),
            DeviceChoice.KindOf(parsed.GetValue(Device)),
            parsed.GetValue(Html),
            parsed.GetValue(Json))));
        return command;
    }

    private static bool? IsTogether(string? launch) => launch switch
    {
        null => null,
        "together" => true,
        "apart" => false,
        _ => throw new UsageException($"--launch must be together or apart, was '{launch}'."),
    };

    private static string Names(IEnumerable<string> names) => string.Join(", ", names);
}
