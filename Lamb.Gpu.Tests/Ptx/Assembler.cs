using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Ptx;

/// <summary>ptxas, which makes machine code of PTX and tells what that takes; it needs no GPU.</summary>
internal sealed partial class Assembler
{
    /// <summary>The environment variable with its path, for where it is not on the PATH.</summary>
    public const string EnvironmentVariable = "LAMB_PTXAS";

    private static readonly ConcurrentDictionary<PtxSource, KernelResources> Assembled = [];

    private readonly string path;

    private Assembler(string path)
    {
        this.path = path;
        Version = Release().Match(Run("--version")).Value;
    }

    /// <summary>The release of CUDA that it belongs to, as in "12.4".</summary>
    public string Version { get; }

    /// <summary>Finds it; where it is missing the test is inconclusive, or fails where it is required.</summary>
    public static Assembler Find()
    {
        string? given = Environment.GetEnvironmentVariable(EnvironmentVariable);
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string name = OperatingSystem.IsWindows() ? "ptxas.exe" : "ptxas";
        string? found = string.IsNullOrEmpty(given)
            ? folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            : given;
        if (found != null)
        {
            return new Assembler(found);
        }

        string missing = $"There is no ptxas on the PATH, and {EnvironmentVariable} names none. It is part of NVIDIA's "
            + "CUDA toolkit; on Debian eng/ptxas/run fetches it and runs a command with it.";
        throw TestDevice.IsRequired("ptxas")
            ? new AssertFailedException(missing)
            : new AssertInconclusiveException(missing);
    }

    /// <summary>Assembles a kernel; a second call gets the same answer.</summary>
    public KernelResources Assemble(PtxSource source) => Assembled.GetOrAdd(source, AssembleAnew);

    private KernelResources AssembleAnew(PtxSource source)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, source.Text);
            string said = Run("-v", $"-arch={source.Architecture.Target}", "-o", file + ".cubin", file);

            // Of shared memory it is silent where there is none; of the others never.
            Match shared = Shared().Match(said);
            return new KernelResources(
                Number(Registers().Match(said), said),
                shared.Success ? Number(shared, said) : 0,
                Number(Stack().Match(said), said),
                Number(Stores().Match(said), said) + Number(Loads().Match(said), said));
        }
        finally
        {
            File.Delete(file);
            File.Delete(file + ".cubin");
        }
    }

    private string Run(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(path, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, $"{path} {string.Join(' ', arguments)}{Environment.NewLine}{said}");
        return said;
    }

    private static int Number(Match match, string said)
    {
        Assert.IsTrue(match.Success, $"ptxas says something else than it used to: {said}");
        return int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"(?<=release )\d+\.\d+")]
    private static partial Regex Release();

    [GeneratedRegex(@"Used (?<number>\d+) registers")]
    private static partial Regex Registers();

    [GeneratedRegex(@"(?<number>\d+) bytes smem")]
    private static partial Regex Shared();

    [GeneratedRegex(@"(?<number>\d+) bytes stack frame")]
    private static partial Regex Stack();

    [GeneratedRegex(@"(?<number>\d+) bytes spill stores")]
    private static partial Regex Stores();

    [GeneratedRegex(@"(?<number>\d+) bytes spill loads")]
    private static partial Regex Loads();
}
