using System.CommandLine;
using Lamb.Gpu.Bench.Roofline.Shapes;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>The verb <c>peers</c>: its options, and what they mean.</summary>
internal static class PeersCommand
{
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

    private static readonly Option<int> Threads = NumberOption.Create(
        "--threads", Environment.ProcessorCount, (1, Environment.ProcessorCount),
        "The threads on the CPU, for both sides; at most as many as it has cores.");

    private static readonly Option<string?> Device = DeviceChoice.CreateOption("Where to run: cuda or cpu.");

    private static readonly Option<string?> Python = new("--python")
    {
        Description = "The Python to run. By default the first python3 on the path that has NumPy and PyTorch, JAX or "
            + "Keras.",
        HelpName = "path",
    };

    private static readonly Option<bool> Json = JsonChoice.CreateOption("an array of rows");

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("peers", Description) { Shape, Device, Threads, Python, Json };
        command.SetAction(parsed => PeersRun.Execute(new PeersRequest(
            [.. parsed.GetValue(Shape)!.Select(ModelShapes.Find)],
            DeviceChoice.KindOf(parsed.GetValue(Device)),
            parsed.GetValue(Threads),
            parsed.GetValue(Python),
            parsed.GetValue(Json))));
        return command;
    }
}
