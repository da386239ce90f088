namespace Lamb.Gpu.Tests.Bench;

/// <summary>A program in the place of Python: it writes what it was told to, and ends as it was told to.</summary>
internal sealed class FakePython : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("lamb-python");

    /// <summary>Makes the program.</summary>
    /// <param name="output">The lines of its output.</param>
    /// <param name="code">Its exit code.</param>
    /// <param name="error">The line that it complains with.</param>
    /// <param name="hangs">Whether it does not end, but where it is asked what it has.</param>
    public FakePython(IEnumerable<string> output, int code = 0, string error = "", bool hangs = false)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new AssertInconclusiveException("The program is a shell script.");
        }

        string lines = Path.Combine(folder.FullName, "lines");
        File.WriteAllLines(lines, output);
        Command = Path.Combine(folder.FullName, "python3");
        string end = hangs ? $"case \"$*\" in *--probe*) exit {code};; esac\nsleep 1000000" : $"exit {code}";
        File.WriteAllText(
            Command, $"#!/bin/sh\ncat '{lines}'\n[ -n '{error}' ] && echo '{error}' >&2\n{end}\n");
        File.SetUnixFileMode(
            Command, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Gets the path of the program.</summary>
    public string Command { get; }

    /// <inheritdoc/>
    public void Dispose() => folder.Delete(recursive: true);
}
