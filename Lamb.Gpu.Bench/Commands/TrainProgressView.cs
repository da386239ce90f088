using System.Diagnostics;
using Lamb.Gpu.Sample;
using Spectre.Console;
using static Lamb.Gpu.Bench.Commands.Printing;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Shows a run while it goes on: a bar on a terminal, a line now and then elsewhere.</summary>
internal static class TrainProgressView
{
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs a trainer and shows how it goes.</summary>
    /// <param name="trainer">What is run.</param>
    /// <param name="steps">The steps to take.</param>
    /// <param name="json">Whether the output is for programs.</param>
    /// <param name="cancellation">Stops it after the step at hand.</param>
    public static TrainResult Run(Trainer trainer, int steps, bool json, CancellationToken cancellation) =>
        Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive
            ? RunWithLines(trainer, json, cancellation)
            : RunWithBar(trainer, steps, cancellation);

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
}
