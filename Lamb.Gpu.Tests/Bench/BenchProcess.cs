using System.ComponentModel;
using System.Diagnostics;

namespace Lamb.Gpu.Tests.Bench;

/// <summary>The bench program in a process of its own, to be killed or measured.</summary>
internal static class BenchProcess
{
    private const string Program = "Lamb.Gpu.Bench.dll";

    /// <summary>Starts a command line; what it writes can be read.</summary>
    /// <remarks>Where there is no program or no runtime to start it, the test is inconclusive.</remarks>
    public static Process Start(params string[] arguments) => Start(null, Environment.CurrentDirectory, arguments);

    /// <summary>Starts a command line in a folder, with a configuration of the runtime other than its own.</summary>
    public static Process Start(string? runtimeConfig, string workingFolder, params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, Program);
        if (!File.Exists(program))
        {
            throw new AssertInconclusiveException($"There is no {Program} beside the tests to start.");
        }

        try
        {
            string[] exec = runtimeConfig == null
                ? [program]
                : ["exec", "--runtimeconfig", runtimeConfig, "--depsfile", Path.ChangeExtension(program, "deps.json"),
                    program];
            return Process.Start(new ProcessStartInfo("dotnet", [.. exec, .. arguments])
            {
                WorkingDirectory = workingFolder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception missing)
        {
            throw new AssertInconclusiveException($"There is no dotnet to start {Program} with: {missing.Message}");
        }
    }

    /// <summary>Runs a command line to its end.</summary>
    public static ProgramRun Run(params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new ProgramRun(process.ExitCode, output, error.Result);
    }
}
