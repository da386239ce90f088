using System.Text.Json;
using Spectre.Console;
using BenchCommandLine = Lamb.Gpu.Bench.Commands.CommandLine;

namespace Lamb.Gpu.Tests.Bench;

/// <summary>What a command line of the bench program came to.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Output">What it wrote to stdout.</param>
/// <param name="Error">What it wrote to stderr.</param>
internal sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    private static readonly RoutedWriter Written = new(Console.Out);
    private static readonly RoutedWriter Complaint = new(Console.Error);

    // Once and for good: the console is one for all tests of the process.
    static ProgramRun()
    {
        Console.SetOut(Written);
        Console.SetError(Complaint);
        AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Written) });
    }

    /// <summary>Gets the last line of the output, as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Output.TrimEnd().Split('\n')[^1]).RootElement;

    /// <summary>Runs a command line in this process, and takes what it writes and nobody else does.</summary>
    public static ProgramRun Of(params string[] arguments)
    {
        using var written = new StringWriter();
        using var complaint = new StringWriter();
        using (Written.To(written))
        using (Complaint.To(complaint))
        {
            int exitCode = BenchCommandLine.Run(arguments);
            return new ProgramRun(exitCode, written.ToString(), complaint.ToString());
        }
    }
}
