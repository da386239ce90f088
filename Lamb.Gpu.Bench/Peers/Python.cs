using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Lamb.Gpu.Bench.Peers;

/// <summary>A Python that has something to compare with.</summary>
internal sealed class Python
{
    /// <summary>What to do where a Python has nothing to compare with.</summary>
    public const string HowToGetOne =
        "Get PyTorch (on Debian: apt install python3-torch; elsewhere: pip install numpy torch, and timm, jax, optax "
        + "or keras beside it), or name a Python that has it with --python PATH.";

    // What a Python has is a question of seconds, on a busy machine too.
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromMinutes(1);

    private static readonly string[] Families = ["torch", "jax", "keras"];
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly string command;

    private Python(string command) => this.command = command;

    private static string Script => Path.Combine(AppContext.BaseDirectory, "Peers", "Python", "peers.py");

    /// <summary>Takes the Python that was named, else the first on the path that has what is needed.</summary>
    /// <exception cref="PeersMissingException">There is none.</exception>
    public static Python Find(string? named)
    {
        var reasons = new List<string>();
        foreach (string candidate in named != null ? [named] : OnPath())
        {
            if (ProblemOf(candidate) is not { } problem)
            {
                return new Python(candidate);
            }

            reasons.Add($"'{candidate}' {problem}.");
        }

        string looked = reasons.Count == 0 ? "No python3 is on the path." : string.Join(' ', reasons);
        throw new PeersMissingException($"There is nothing to compare with. {looked} {HowToGetOne}");
    }

    /// <summary>Lets the script check and time what it can, until the token is cancelled.</summary>
    /// <param name="request">What it is asked for.</param>
    /// <param name="progress">Told every line that it writes.</param>
    /// <param name="cancellation">Ends the script; what it has written until then counts.</param>
    /// <exception cref="PeersMissingException">It did not end well.</exception>
    public PeerReport Run(PeerRequest request, Action<string> progress, CancellationToken cancellation)
    {
        string input = JsonSerializer.Serialize(request, Json);
        (int code, string output, string error) =
            Start(command, input, progress, Timeout.InfiniteTimeSpan, cancellation);
        return code == 0 || cancellation.IsCancellationRequested
            ? PeerReport.Parse(output.Split('\n'))
            : throw new PeersMissingException($"'{command}' ended with code {code}: {LastLine(error)}. {HowToGetOne}");
    }

    private static IEnumerable<string> OnPath()
    {
        string[] names = OperatingSystem.IsWindows() ? ["python3.exe", "python.exe"] : ["python3"];
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => names, Path.Combine)
            .Where(File.Exists)
            .Distinct();
    }

    private static string? ProblemOf(string candidate)
    {
        try
        {
            (int code, string output, string error) =
                Start(candidate, "", _ => { }, ProbeLimit, CancellationToken.None, "--probe");
            return code != 0 ? $"ended with code {code}: {LastLine(error)}" : ProblemOfPackages(output);
        }
        catch (Exception failure) when (failure is Win32Exception or JsonException or InvalidOperationException)
        {
            return $"cannot be used: {failure.Message}";
        }
    }

    private static string? ProblemOfPackages(string output)
    {
        string? line = output.Split('\n')
            .FirstOrDefault(line => line.StartsWith("{\"found\"", StringComparison.Ordinal));
        if (line == null)
        {
            return "is no Python";
        }

        using var probe = JsonDocument.Parse(line);
        string[] found = [.. probe.RootElement.GetProperty("found").EnumerateObject().Select(package => package.Name)];
        return !found.Contains("numpy") ? "has no package numpy"
            : !found.Intersect(Families).Any() ? $"has none of the packages {string.Join(", ", Families)}"
            : null;
    }

    private static (int Code, string Output, string Error) Start(
        string command,
        string input,
        Action<string> progress,
        TimeSpan limit,
        CancellationToken cancellation,
        params string[] more)
    {
        var start = new ProcessStartInfo(command, ["-B", Script, .. more])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        using CancellationTokenRegistration ending = cancellation.Register(() => process.Kill(entireProcessTree: true));
        Task<string> output = ReadLines(process.StandardOutput, progress);
        Task<string> error = process.StandardError.ReadToEndAsync();
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code tells.
        }

        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"it gave no answer in {limit.TotalSeconds:0} seconds.");
        }

        process.WaitForExit();
        return (process.ExitCode, output.Result, error.Result);
    }

    private static async Task<string> ReadLines(StreamReader output, Action<string> progress)
    {
        var lines = new StringBuilder();
        while (await output.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            lines.Append(line).Append('\n');
            progress(line);
        }

        return lines.ToString();
    }

    private static string LastLine(string text) =>
        text.Trim().Split('\n')[^1] is { Length: > 0 } line ? line.TrimEnd('.') : "it said nothing";
}

/// <summary>Says that there is nothing to compare with, and how to get it.</summary>
internal sealed class PeersMissingException(string message) : Exception(message);
