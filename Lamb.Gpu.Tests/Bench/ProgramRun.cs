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
    /// <summary>Gets the last line of the output, as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Output.TrimEnd().Split('\n')[^1]).RootElement;

    /// <summary>Runs a command line in this process.</summary>
    public static ProgramRun Of(params string[] arguments)
    {
        (TextWriter output, TextWriter error, IAnsiConsole ansi) = (Console.Out, Console.Error, AnsiConsole.Console);
        using var written = new StringWriter();
        using var complaint = new StringWriter();
        try
        {
            Console.SetOut(written);
            Console.SetError(complaint);
            AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(written) });
            int exitCode = BenchCommandLine.Run(arguments);
            return new ProgramRun(exitCode, written.ToString(), complaint.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
            AnsiConsole.Console = ansi;
        }
    }
}
