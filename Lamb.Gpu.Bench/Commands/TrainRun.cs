using Lamb.Gpu.Bench.Train;
using Lamb.Gpu.Bench.Train.Report;
using Spectre.Console;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Does what <c>train</c> was asked for, from the first check to the last line of output.</summary>
internal static class TrainRun
{
    private const int Success = 0;
    private const int Diverged = 1;

    /// <summary>Trains and reports.</summary>
    /// <returns>The exit code.</returns>
    public static int Execute(TrainRequest request)
    {
        ReportFile.RequireWritable("--report", request.ReportPath);
        var source = request.TextPath == null ? TextSource.FromRepository() : TextSource.FromPath(request.TextPath);
        using LambDevice device = DeviceChoice.Open(request.Device);
        var text = new TrainingText(source, request.Settings.Window);
        using var interruption = new Interruption();
        TrainScreen.PrintStart(device, text);
        using var trainer = new Trainer(device, text, request.Settings);
        TrainScreen.PrintNetwork(trainer.Parameters);
        try
        {
            TrainResult result = TrainScreen.Run(trainer, request, interruption.Token);
            Publish(result, request);
            return result.IsInterrupted ? Interruption.ExitCode : Success;
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
        try
        {
            if (request.ReportPath != null)
            {
                ReportFile.Write("--report", request.ReportPath, HtmlReport.Render(result));
                AnsiConsole.WriteLine($"The report is in {request.ReportPath}");
            }
        }
        finally
        {
            if (request.Json)
            {
                Console.Out.WriteLine(ResultJson.Render(result));
            }
        }
    }
}
