using System.CommandLine;
using Lamb.Gpu.Bench.Reports;
using Lamb.Gpu.Golden;
using Lamb.Gpu.Sample;
using Spectre.Console;
using static Lamb.Gpu.Bench.Commands.Printing;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>The verb <c>train</c>: the sample learns a text.</summary>
internal static class TrainCommand
{
    private const int Success = 0;
    private const int Diverged = 1;

    private const string Description =
        "Trains a small network with LAMB to predict the next character of a text, and compares it with models that "
        + "only count. Ctrl-C stops after the step at hand and still shows the results.";

    private static readonly TrainSettings Defaults = new();

    private static readonly Option<int> Steps =
        CommonOptions.Number("--steps", Defaults.Steps, (1, 10_000_000), "Optimizer steps to take.");

    private static readonly Option<int> Batch =
        CommonOptions.Number("--batch", Defaults.Batch, (1, 65_536), "Characters to predict in each step.");

    private static readonly Option<int> Seed = CommonOptions.Number(
        "--seed", Defaults.Seed, (0, int.MaxValue), "Same seed, same text, same device: same result.");

    private static readonly Option<string?> Device = CommonOptions.Device("Where to train.");

    private static readonly Option<string?> Storage = CommonOptions.Choice(
        "--storage",
        ["float32", "bfloat16", "float16"],
        "How trained weights and gradients lie in memory; float32 by default.");

    private static readonly Option<string?> Weights = CommonOptions.Choice(
        "--weights",
        ["master", "nearest", "stochastic"],
        "Weights of 16 bits: rounded from a float32 master copy (default), or alone, each step rounded to the nearest "
        + "or by chance.");

    private static readonly Option<string?> Moments = CommonOptions.Choice(
        "--moments",
        ["float32", "bfloat16"],
        "How both moments of the optimizer lie in memory; float32 by default.");

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

    private static readonly Option<bool> Json = CommonOptions.Json();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("train", Description)
        {
            Text, Device, Steps, Batch, Seed, Storage, Weights, Moments, Report, Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        TrainSettings settings = SettingsOf(parsed);
        string? report = parsed.GetValue(Report);
        ReportFile.RequireWritable("--report", report);
        TextSource source = TextOf(parsed.GetValue(Text));
        using LambDevice device = CommonOptions.Open(parsed.GetValue(Device));
        var text = new TrainingText(source, settings.Window);
        using var interruption = new Interruption();
        PrintStart(device, text);
        using var trainer = new Trainer(device, text, settings);
        AnsiConsole.WriteLine(Invariant($"Network {trainer.Parameters:N0} parameters"));
        AnsiConsole.WriteLine();
        try
        {
            TrainResult result = TrainProgressView.Run(
                trainer, settings.Steps, parsed.GetValue(Json), interruption.Token);
            Publish(result, report, parsed.GetValue(Json));
            return result.IsInterrupted ? Interruption.ExitCode : Success;
        }
        catch (TrainingDivergedException failure)
        {
            Console.Error.WriteLine($"Error: {failure.Message}");
            return Diverged;
        }
    }

    private static TrainSettings SettingsOf(ParseResult parsed)
    {
        LambDataType storage = StorageOf(parsed.GetValue(Storage));
        return new TrainSettings
        {
            Steps = parsed.GetValue(Steps),
            Batch = parsed.GetValue(Batch),
            Seed = parsed.GetValue(Seed),
            Storage = storage,
            Weights = WeightsOf(parsed.GetValue(Weights), storage),
            Moments = MomentsOf(parsed.GetValue(Moments)),
        };
    }

    private static LambDataType StorageOf(string? name) => name?.ToUpperInvariant() switch
    {
        null or "FLOAT32" => LambDataType.Float32,
        "BFLOAT16" => LambDataType.BFloat16,
        "FLOAT16" => LambDataType.Float16,
        _ => throw new UsageException($"--storage must be float32, bfloat16 or float16, was '{name}'."),
    };

    private static HalfWeights WeightsOf(string? name, LambDataType storage)
    {
        if (name != null && storage == LambDataType.Float32)
        {
            throw new UsageException("--weights is for 16 bits: add --storage bfloat16 or --storage float16.");
        }

        return name?.ToUpperInvariant() switch
        {
            null or "MASTER" => HalfWeights.Master,
            "NEAREST" => HalfWeights.Nearest,
            "STOCHASTIC" => HalfWeights.Stochastic,
            _ => throw new UsageException($"--weights must be master, nearest or stochastic, was '{name}'."),
        };
    }

    private static LambDataType MomentsOf(string? name) => name?.ToUpperInvariant() switch
    {
        null or "FLOAT32" => LambDataType.Float32,
        "BFLOAT16" => LambDataType.BFloat16,
        _ => throw new UsageException($"--moments must be float32 or bfloat16, was '{name}'."),
    };

    private static TextSource TextOf(string? path)
    {
        try
        {
            return path != null
                ? TextSource.FromPath(path)
                : TextSource.FromSources(
                    SourceTree.Root ?? throw CommonOptions.NoSources("name a text with --text FILE|FOLDER"));
        }
        catch (InvalidDataException failure)
        {
            throw new UsageException($"{failure.Message} Name a text with --text FILE|FOLDER.");
        }
    }

    private static void PrintStart(LambDevice device, TrainingText text)
    {
        AnsiConsole.WriteLine($"Text    {text.Source.Description}");
        AnsiConsole.WriteLine(Invariant(
            $"        {text.Symbols.Length:N0} characters, {text.Vocabulary.Count} symbols; ")
            + Invariant($"{text.Split.HeldOutTargets.Length:N0} characters held out"));
        PrintDevice(device);
    }

    private static void Publish(TrainResult result, string? report, bool json)
    {
        Print(result);
        try
        {
            if (report != null)
            {
                ReportFile.Write("--report", report, TrainReport.Render(result));
                AnsiConsole.WriteLine($"The report is in {report}");
            }
        }
        finally
        {
            if (json)
            {
                PrintAsJson(result);
            }
        }
    }

    // The comparison, the trust ratios and what the network writes.
    private static void Print(TrainResult result)
    {
        AnsiConsole.WriteLine();
        if (result.IsInterrupted)
        {
            AnsiConsole.WriteLine($"Stopped after {result.Steps} of {result.Settings.Steps} steps.");
        }

        Table comparison = TableOf("Bits a held-out character", "Model", ">Bits", "Sees");
        comparison.AddRow("unigram", Format(result.Text.UnigramBits, "0.000"), "how often a character occurs");
        comparison.AddRow("bigram", Format(result.Text.BigramBits, "0.000"), "the character before");
        comparison.AddRow(
            $"network, LAMB, {result.Settings.StorageText}",
            Format(result.HeldOutBits, "0.000"),
            $"the {result.Settings.Window} characters before");
        AnsiConsole.Write(comparison);
        Table ratios = TableOf("Trust ratios of the last step", "Variable", ">‖w‖", ">‖u‖", ">‖w‖ / ‖u‖");
        foreach (LambTrustRatio ratio in result.TrustRatios)
        {
            ratios.AddTexts(
                ratio.Name,
                Format(ratio.WeightNorm, "0.000"),
                Format(ratio.UpdateNorm, "0.000"),
                Format(ratio.TrustRatio, "0.0000"));
        }

        AnsiConsole.Write(ratios);
        AnsiConsole.Write(new Rule("The network writes").LeftJustified());
        AnsiConsole.WriteLine(result.Sample.TrimEnd());
        AnsiConsole.Write(new Rule());
        AnsiConsole.WriteLine(
            $"{result.Steps} steps in {Format(result.Seconds, "0.0")} s, "
            + $"{Format(result.StepsPerSecond, "0")} a second; "
            + $"the optimizer took {Format(result.OptimizerShare, "0.0%")} of the time.");
    }

    private static void PrintAsJson(TrainResult result) => PrintJson(new
    {
        heldOutBitsPerCharacter = result.HeldOutBits,
        bigramBitsPerCharacter = result.Text.BigramBits,
        unigramBitsPerCharacter = result.Text.UnigramBits,
        heldOutCharacters = result.Text.Split.HeldOutTargets.Length,
        trainingCharacters = result.Text.Split.TrainingTargets.Length,
        parameters = result.Parameters,
        steps = result.Steps,
        interrupted = result.IsInterrupted,
        batch = result.Settings.Batch,
        seed = result.Settings.Seed,
        storage = result.Settings.Storage.ToString().ToLowerInvariant(),
        weights = result.Settings.Weights.ToString().ToLowerInvariant(),
        moments = result.Settings.Moments.ToString().ToLowerInvariant(),
        skippedSteps = result.SkippedSteps,
        seconds = result.Seconds,
        stepsPerSecond = result.StepsPerSecond,
        optimizerShare = result.OptimizerShare,
        device = result.Device,
        deviceName = result.DeviceName,
        trustRatios = result.TrustRatios.ToDictionary(ratio => ratio.Name, ratio => ratio.TrustRatio),
    });
}
