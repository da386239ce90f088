using System.ComponentModel;
using System.Diagnostics;

namespace Lamb.Gpu.Tests;

/// <summary>Runs a test in a process of its own, where nothing is shared with others.</summary>
internal static class Alone
{
    private const string Variable = "LAMB_ALONE";

    /// <summary>Starts the process that runs the same test, or runs its body where this is that process.</summary>
    public static void Run(TestContext context, string row, Action body)
    {
        if (Environment.GetEnvironmentVariable(Variable) != null)
        {
            body();
            return;
        }

        string program = typeof(Alone).Assembly.Location;
        string name = $"{context.FullyQualifiedTestClassName}.{context.TestName}";
        var start = new ProcessStartInfo("dotnet", [program, "--filter", $"FullyQualifiedName={name}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [Variable] = "1", ["LAMB_ROWS"] = row, ["DOTNET_TieredCompilation"] = "0" },
        };
        if (!File.Exists(program))
        {
            throw new AssertInconclusiveException("There is no assembly beside the tests to start.");
        }

        using Process process = Start(start);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, output + error.Result);
        StringAssert.Contains(output, "succeeded: 1", output);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new AssertInconclusiveException($"There is no dotnet to start the tests with: {missing.Message}");
        }
    }
}
