using System.CommandLine;
using System.CommandLine.Invocation;
using Spectre.Console;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Reads the command line and runs the command that it names.</summary>
internal static class CommandLine
{
    /// <summary>The exit code for what the user can mend: arguments, files, devices.</summary>
    public const int UsageError = 2;

    private const string Description =
        """
        Shows the LAMB optimizer at work on a GPU, or on the CPU where there is none.

        Exit codes: 0 done, 1 training diverged, a trajectory is not that of Keras or a soak found something, 2 wrong
        arguments, a file that cannot be used or a device that is not there, 3 no Python to compare with, 130 stopped
        by Ctrl-C.
        """;

    /// <summary>Runs a command line.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string[] args)
    {
        DropColorsWhereNobodySeesThem();
        var root = new RootCommand(Description)
        {
            TrainCommand.Create(),
            AccuracyCommand.Create(),
            DevicesCommand.Create(),
            KernelsCommand.Create(),
            RooflineCommand.Create(),
            PeersCommand.Create(),
            CheckpointCommand.Create(),
            SoakCommand.Create(),
        };
        ParseResult parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            return Fail(ProblemOf(parsed), parsed);
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (UsageException failure)
        {
            return Fail(failure.Message, parsed);
        }
    }

    private static void DropColorsWhereNobodySeesThem()
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Capabilities.Ansi = false;
            AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
        }
    }

    // Without a verb nothing else that was given has a meaning yet.
    private static string ProblemOf(ParseResult parsed)
    {
        if (parsed.CommandResult.Command is not RootCommand root)
        {
            return string.Join(Environment.NewLine, parsed.Errors.Select(error => error.Message));
        }

        string? unknown = parsed.UnmatchedTokens.FirstOrDefault(token => !token.StartsWith('-'));
        string given = unknown == null ? "Name a command." : $"There is no command '{unknown}'.";
        return $"{given} There are: {string.Join(", ", root.Subcommands.Select(command => command.Name))}.";
    }

    private static int Fail(string message, ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string program = RootCommand.ExecutableName;
        bool isRoot = command is RootCommand;
        Console.Error.WriteLine($"Error: {message}");
        Console.Error.WriteLine();
        Console.Error.WriteLine($"Usage: {program} {(isRoot ? "<command>" : command.Name)} [options]");
        Console.Error.WriteLine($"Help:  {program} {(isRoot ? "" : command.Name + " ")}--help");
        return UsageError;
    }
}
