using System.Runtime.InteropServices;
using Lamb.Gpu.Bench.Train;
using Lamb.Gpu.Bench.Train.Report;
using Spectre.Console;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Does what <c>train</c> was asked for, from the first check to the last line of output.</summary>
internal static class TrainRun
{
    private const int Success = 0;
    private const int Diverged = 1;

    // What a shell reports of a program that SIGINT ended: 128 + 2.
    private const int Interrupted = 130;

    /// <summary>Trains and reports.</summary>
    /// <returns>The exit code.</returns>
    public static int Execute(TrainRequest request)
    {
        ReportFile.RequireWritable("--report", request.ReportPath);
        var source = request.TextPath == null ? TextSource.FromRepository() : TextSource.FromPath(request.TextPath);
        using LambDevice device = DeviceChoice.Open(request.Device);
        var text = new TrainingText(source, request.Settings.Window);
        using var interrupt = new CancellationTokenSource();
        using PosixSignalRegistration signal = StopOn(PosixSignal.SIGINT, interrupt);
        using var trainer = new Trainer(device, text, request.Settings);
        TrainScreen.PrintStart(device, text, trainer.Parameters);
        try
        {
            TrainResult result = TrainScreen.Run(trainer, request.Settings.Steps, interrupt.Token);
            Publish(result, request);
            return result.IsInterrupted ? Interrupted : Success;
        }
        catch (TrainingDivergedException failure)
        {
            Console.Error.WriteLine($"Error: {failure.Message}");
            return Diverged;
        }
    }

    private static void Publish(TrainResult result, TrainRequest request)
    {
        ResultTables.Print(result);
        if (request.ReportPath != null)
        {
            File.WriteAllText(request.ReportPath, HtmlReport.Render(result));
            AnsiConsole.WriteLine($"The report is in {request.ReportPath}");
        }

        if (request.Json)
        {
            Console.Out.WriteLine(ResultJson.Render(result));
        }
    }

    // The first signal asks for an end after the step at hand, the second one ends the program as usual.
    private static PosixSignalRegistration StopOn(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        });
}
