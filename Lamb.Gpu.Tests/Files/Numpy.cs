using System.Diagnostics;
using System.Text.Json;

namespace Lamb.Gpu.Tests.Files;

/// <summary>A Python with numpy, for tests that hold our files against it; without one they are
/// inconclusive.</summary>
internal static class Numpy
{
    private static readonly string[] Candidates = ["python3", "/usr/bin/python3"];

    private static readonly Lazy<string?> Python = new(() => Array.Find(Candidates, python =>
        Run(python, "-c", "import numpy").ExitCode == 0));

    /// <summary>Gets the folder with the files that numpy wrote.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "TestData", "numpy");

    /// <summary>Runs a script of that folder and reads the JSON that it prints.</summary>
    public static JsonElement Call(string script, string argument)
    {
        string python = Python.Value
            ?? throw new AssertInconclusiveException("Neither python3 nor /usr/bin/python3 has numpy.");
        (int exitCode, string output, string error) = Run(python, Path.Combine(Folder, script), argument);
        Assert.AreEqual(0, exitCode, error);
        return output.Length == 0 ? default : JsonDocument.Parse(output).RootElement;
    }

    private static (int ExitCode, string Output, string Error) Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.Result);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (-1, "", missing.Message);
        }
    }
}
