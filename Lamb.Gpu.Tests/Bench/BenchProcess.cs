using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Lamb.Gpu.Tests.Bench;

/// <summary>The bench program in a process of its own, to be killed or measured.</summary>
internal static class BenchProcess
{
    private const string Program = "Lamb.Gpu.Bench.dll";
    private const string Dependencies = "Lamb.Gpu.Bench.deps.json";

    // What does not end on Ctrl-C is red, and does not hang.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Starts a command line; what it writes can be read.</summary>
    /// <remarks>Where there is no program or no runtime to start it, the test is inconclusive.</remarks>
    public static Process Start(params string[] arguments) => StartUnder([], arguments);

    /// <summary>Starts a command line with these variables in its environment beside those of the tests.</summary>
    public static Process StartUnder(IEnumerable<(string Name, string Value)> environment, params string[] arguments) =>
        Start("dotnet", [], environment, arguments);

    /// <summary>Runs a command line to its end.</summary>
    public static ProgramRun Run(params string[] arguments) => RunUnder([], arguments);

    /// <summary>Runs a command line to its end, with these variables in its environment.</summary>
    public static ProgramRun RunUnder(IEnumerable<(string Name, string Value)> environment, params string[] arguments)
    {
        using Process process = StartUnder(environment, arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new ProgramRun(process.ExitCode, output, error.Result);
    }

    /// <summary>Runs a command line until its stderr has such a line, then presses Ctrl-C and waits for its
    /// end.</summary>
    public static ProgramRun Interrupt(Predicate<string> sign, params string[] arguments)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new AssertInconclusiveException("What sends Ctrl-C to another process is known for Linux alone.");
        }

        // Whoever began the tests in the background of a shell has switched Ctrl-C off for them and what they start.
        using Process process = Start("env", ["--default-signal=INT", "dotnet"], [], arguments);
        try
        {
            return Interrupted(process, sign);
        }
        finally
        {
            // Where the test fails, nothing may run on beside the others.
            process.Kill();
        }
    }

    private static ProgramRun Interrupted(Process process, Predicate<string> sign)
    {
        using var patience = new Timer(_ => process.Kill(), null, Patience, Timeout.InfiniteTimeSpan);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        var error = new StringBuilder();
        bool isSent = false;
        while (process.StandardError.ReadLine() is { } line)
        {
            error.AppendLine(line);
            if (!isSent && sign(line))
            {
                isSent = true;
                using var kill = Process.Start("sh", ["-c", $"kill -INT {process.Id}"]);
                kill.WaitForExit();
            }
        }

        process.WaitForExit();
        return isSent
            ? new ProgramRun(process.ExitCode, output.Result, error.ToString())
            : throw new AssertFailedException($"It ended without the line to wait for: {error}{output.Result}");
    }

    /// <summary>Starts a command line in a folder, with a configuration of the runtime other than its own.</summary>
    public static Process StartIn(string folder, string runtimeConfig, params string[] arguments) => Start(
        "dotnet",
        ["exec", "--runtimeconfig", runtimeConfig, "--depsfile", Path.Combine(AppContext.BaseDirectory, Dependencies)],
        [],
        arguments,
        folder);

    private static Process Start(
        string runner,
        string[] first,
        IEnumerable<(string Name, string Value)> environment,
        string[] arguments,
        string? folder = null)
    {
        string program = Path.Combine(AppContext.BaseDirectory, Program);
        if (!File.Exists(program))
        {
            throw new AssertInconclusiveException($"There is no {Program} beside the tests to start.");
        }

        try
        {
            var start = new ProcessStartInfo(runner, [.. first, program, .. arguments])
            {
                WorkingDirectory = folder ?? Environment.CurrentDirectory,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach ((string name, string value) in environment)
            {
                start.Environment[name] = value;
            }

            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new AssertInconclusiveException($"There is no dotnet to start {Program} with: {missing.Message}");
        }
    }
}
