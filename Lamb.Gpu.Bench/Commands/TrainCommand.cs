using System.CommandLine;
using Lamb.Gpu.Bench.Train;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>The verb <c>train</c>: its options, and what they mean.</summary>
internal static class TrainCommand
{
    private const string Description =
        "Trains a small network with LAMB to predict the next character of a text, and compares it with models that "
        + "only count. Ctrl-C stops after the step at hand and still shows the results.";

    private static readonly TrainSettings Defaults = new();

    private static readonly Option<int> Steps =
        NumberOption.Create("--steps", Defaults.Steps, (1, 10_000_000), "Optimizer steps to take.");

    private static readonly Option<int> Batch =
        NumberOption.Create("--batch", Defaults.Batch, (1, 65_536), "Characters to predict in each step.");

    private static readonly Option<int> Seed = NumberOption.Create(
        "--seed", Defaults.Seed, (0, int.MaxValue), "Same seed, same text, same device: same result.");

    private static readonly Option<string?> Device = DeviceChoice.CreateOption("Where to train.");

    private static readonly Option<string?> Storage = StorageChoice.CreateStorageOption();

    private static readonly Option<string?> Weights = StorageChoice.CreateWeightsOption();

    private static readonly Option<string?> Moments = StorageChoice.CreateMomentsOption();

    private static readonly Option<string?> Text = new("--text")
    {
        Description = "A file, or a folder with *.txt, *.md and *.cs files. By default this repository's own.",
        HelpName = "file|folder",
    };

    private static readonly Option<string?> Report = new("--report")
    {
        Description = "Writes a page with the curves of loss and trust ratios.",
        HelpName = "file.html",
    };

    private static readonly Option<bool> Json = JsonChoice.CreateOption();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("train", Description)
        {
            Text, Device, Steps, Batch, Seed, Storage, Weights, Moments, Report, Json,
        };
        command.SetAction(parsed => TrainRun.Execute(new TrainRequest(
            SettingsOf(parsed),
            DeviceChoice.KindOf(parsed.GetValue(Device)),
            parsed.GetValue(Text),
            parsed.GetValue(Report),
            parsed.GetValue(Json))));
        return command;
    }

    private static TrainSettings SettingsOf(ParseResult parsed)
    {
        LambDataType storage = StorageChoice.StorageOf(parsed.GetValue(Storage));
        return new TrainSettings
        {
            Steps = parsed.GetValue(Steps),
            Batch = parsed.GetValue(Batch),
            Seed = parsed.GetValue(Seed),
            Storage = storage,
            Weights = StorageChoice.WeightsOf(parsed.GetValue(Weights), storage),
            Moments = StorageChoice.MomentsOf(parsed.GetValue(Moments)),
        };
    }
}
