using System.Diagnostics;
using System.Globalization;
using Lamb.Gpu.Bench.Train;
using Spectre.Console;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Shows a run while it goes on: a bar on a terminal, a line now and then elsewhere.</summary>
internal static class TrainScreen
{
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Says what is about to happen.</summary>
    public static void PrintStart(LambDevice device, TrainingText text)
    {
        AnsiConsole.WriteLine(Invariant($"Text    {text.Source.Description}"));
        AnsiConsole.WriteLine(Invariant(
            $"        {text.Symbols.Length:N0} characters, {text.Vocabulary.Count} symbols; ")
            + Invariant($"{text.Split.HeldOutTargets.Length:N0} characters held out"));
        AnsiConsole.WriteLine(Invariant($"Device  {device.Kind}, {device.Accelerator.Name}"));
    }

    /// <summary>Says what is trained.</summary>
    public static void PrintNetwork(long parameters)
    {
        AnsiConsole.WriteLine(Invariant($"Network {parameters:N0} parameters"));
        AnsiConsole.WriteLine();
    }

    /// <summary>Runs a trainer and shows how it goes.</summary>
    public static TrainResult Run(Trainer trainer, TrainRequest request, CancellationToken cancellation) =>
        Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive
            ? RunWithLines(trainer, request.Json, cancellation)
            : RunWithBar(trainer, request.Settings.Steps, cancellation);

    private static TrainResult RunWithLines(Trainer trainer, bool json, CancellationToken cancellation)
    {
        var lines = new ProgressLines(json);
        return trainer.Run(Report, cancellation);

        void Report(TrainProgress progress)
        {
            string line = $"step {progress.Step}/{progress.Steps}  {Describe(progress)}";
            Action<string> say = progress.Step == progress.Steps ? lines.SayNow : lines.Say;
            say(line);
        }
    }

    private static TrainResult RunWithBar(Trainer trainer, int steps, CancellationToken cancellation) =>
        AnsiConsole.Progress()
            .Columns(Columns(AnsiConsole.Profile.Width))
            .Start(context =>
            {
                ProgressTask task = context.AddTask("first step", maxValue: steps);
                var sinceText = Stopwatch.StartNew();
                void Report(TrainProgress progress)
                {
                    task.Value = progress.Step;
                    if (sinceText.Elapsed >= BarInterval || progress.Step == progress.Steps)
                    {
                        sinceText.Restart();
                        task.Description = Markup.Escape(Describe(progress));
                    }
                }

                return trainer.Run(Report, cancellation);
            });

    // The bar takes what the other columns leave of the line.
    private static ProgressColumn[] Columns(int width)
    {
        var bar = new ProgressBarColumn { Width = Math.Clamp(width - 86, 5, 40) };
        var description = new TaskDescriptionColumn { Alignment = Justify.Left };
        return width < 95
            ? [bar, new PercentageColumn(), description]
            : [bar, new PercentageColumn(), new RemainingTimeColumn(), description];
    }

    private static string Describe(TrainProgress progress) => Invariant(
        $"loss {progress.Loss:0.000}  {progress.TrainBits:0.00} bits/char  held out {progress.HeldOutBits:0.00}  ")
        + Invariant($"{progress.StepsPerSecond:0} steps/s  optimizer {progress.OptimizerShare:0%}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
