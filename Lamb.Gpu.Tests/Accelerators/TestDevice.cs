using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.OpenCL;
using Lamb.Gpu.Launch;

namespace Lamb.Gpu.Tests.Accelerators;

/// <summary>An accelerator that tests run on, a row of every test that launches: one that all share, or one of its
/// own.</summary>
public sealed class TestDevice : IDisposable
{
    // What the name of a device begins with that stands in for a GPU and interprets its code.
    private const string InterpretedName = "Interpreted";
    private const string Groups = "cpu-groups";
    private const string RowsVariable = "LAMB_ROWS", RequireVariable = "LAMB_REQUIRE";

    private const int LanesOfAWarp = 4;

    private static readonly string[] Names = ["cpu", "cpu-groups", "opencl", "cuda"];
    private static readonly Lazy<IReadOnlyList<LambDeviceInfo>> LazyFound = new(LambDevice.List);
    private static readonly Lazy<string[]> LazyRows = new(FindRows);
    private static readonly Lazy<TestDevice> LazyCpu = new(() => OpenKind(LambDeviceKind.Cpu));
    private static readonly Lazy<TestDevice> LazyGroups = new(OpenGroups);
    private static readonly Lazy<TestDevice> LazyOpenCL = new(() => OpenKind(LambDeviceKind.OpenCL));
    private static readonly Lazy<TestDevice> LazyCuda = new(() => OpenKind(LambDeviceKind.Cuda));

    private readonly IDisposable[] owned;
    private readonly Lazy<AcceleratorStream> ownStream;

    private TestDevice(Accelerator accelerator, Tuning tuning, params IDisposable[] owned)
    {
        Accelerator = accelerator;
        Tuning = tuning;
        this.owned = owned;
        ownStream = new(accelerator.CreateStream);
    }

    /// <summary>The rows that can be run here or must be, for <c>[DynamicData]</c>; <see cref="Missing"/> has the
    /// others.</summary>
    /// <remarks>
    /// cpu: the CPU accelerator with vectors. cpu-groups: ILGPU's simulation of a GPU, groups of 16 lanes (8 in a quick
    /// run) in warps of 4, running the kernels that a GPU gets. opencl, cuda: what this machine has. interpreted, in
    /// the place of cuda: CUDA's host side and code on a driver that interprets it, which no report may take for a GPU.
    /// </remarks>
    public static IEnumerable<object[]> Rows => KernelRows.Where(row => row[0] is not Groups || HasAllOfGroups);

    /// <summary>The same for a test of a kernel: a quick run plays the simulated GPU for these alone, unless LAMB_ROWS
    /// names it.</summary>
    public static IEnumerable<object[]> KernelRows => LazyRows.Value.Select(row => new object[] { row });

    /// <summary>The rows of the devices that <see cref="LambDevice"/> opens.</summary>
    public static IEnumerable<object[]> OpenedRows => Rows.Where(row => row[0] is not Groups);

    /// <summary>The rows that no test has, each with the reason.</summary>
    public static IEnumerable<string> Missing =>
        from name in Names
        where !LazyRows.Value.Contains(RowOf(name))
        select $"{name}: {(IsAsked(name) ? ProblemOf(name) : $"{RowsVariable} does not name it.")}";

    /// <summary>The CPU accelerator with vectors, for tests that are not about the device.</summary>
    public static TestDevice Cpu => LazyCpu.Value;

    public Accelerator Accelerator { get; }

    /// <summary>Gets a stream that is not the default one, and goes with the device.</summary>
    /// <remarks>One for all tests: PoCL 6 locks a queue once more after the last command has let go of it
    /// (pocl_update_event_finished), and ends the process if the queue is released at that very moment.</remarks>
    public AcceleratorStream OwnStream => ownStream.Value;

    internal Tuning Tuning { get; }

    /// <summary>Gets the launches of an update in which nothing is decided: one stage each, or all in one.</summary>
    internal int LaunchesOfAnUpdate => Tuning.Claim == null ? 3 : 1;

    /// <summary>Gets how many elements a long test may advance by a step: what takes some seconds on this
    /// device.</summary>
    internal long Effort => MostEffort / Thorough.Choose(quick: 5, thorough: 1);

    private long MostEffort => Accelerator switch
    {
        _ when IsInterpreted(Accelerator.Name) => 300_000,
        CPUAccelerator when Tuning.GroupSize > 1 => 100_000,
        CLAccelerator => 6_000_000,
        _ => 60_000_000,
    };

    /// <summary>Gets whether a CPU plays the GPU: every barrier then costs as much as a thousand elements.</summary>
    internal bool IsSimulated => MostEffort < 1_000_000;

    /// <summary>Opens the device of a row.</summary>
    public static TestDevice Open(string row) => row switch
    {
        "cpu" => LazyCpu.Value,
        "cpu-groups" => LazyGroups.Value,
        "opencl" => LazyOpenCL.Value,
        "cuda" or "interpreted" => LazyCuda.Value,
        _ => throw new ArgumentException($"No row is called '{row}'.", nameof(row)),
    };

    /// <summary>Opens the device of a row once more, for a test that measures what others would change: what lies on
    /// it, what is compiled for it.</summary>
    /// <remarks>It belongs to the caller.</remarks>
    public static TestDevice OpenAlone(string row) => row switch
    {
        "cpu" => OpenKind(LambDeviceKind.Cpu),
        "cpu-groups" => OpenGroups(),
        "opencl" => OpenKind(LambDeviceKind.OpenCL),
        "cuda" or "interpreted" => OpenKind(LambDeviceKind.Cuda),
        _ => throw new ArgumentException($"No row is called '{row}'.", nameof(row)),
    };

    /// <summary>Allocates variables with a name each and the lengths that are given.</summary>
    public LambVariables Allocate(params long[] lengths) => LambVariables.Allocate(
        Accelerator, [.. lengths.Select((length, index) => new LambVariableSpec($"v{index}", [length]))]);

    /// <summary>Makes an optimizer with the tuning of the row.</summary>
    public LambOptimizer Optimizer(LambVariables variables, LambOptions? options = null) =>
        new(variables, options, null, Tuning);

    /// <summary>Closes it; those that all share are closed when the last test is done.</summary>
    public void Dispose() => Array.ForEach(owned, each => each.Dispose());

    /// <summary>Tells whether a row, or a tool that a test uses, must not be missing.</summary>
    internal static bool IsRequired(string name) =>
        NamesIn(RequireVariable).Concat(NamesIn(RowsVariable)).Contains(name);

    internal static void Close()
    {
        foreach (Lazy<TestDevice> lazy in new[] { LazyCpu, LazyGroups, LazyOpenCL, LazyCuda })
        {
            if (lazy.IsValueCreated)
            {
                lazy.Value.Dispose();
            }
        }
    }

    private static bool HasAllOfGroups => Thorough.IsOn || NamesIn(RowsVariable).Contains(Groups);

    private static string[] FindRows() =>
        [.. Names.Where(name => IsAsked(name) && (IsRequired(name) || ProblemOf(name) == null)).Select(RowOf)];

    private static bool IsAsked(string name) =>
        NamesIn(RowsVariable) is not { Length: > 0 } asked || asked.Contains(name);

    private static string[] NamesIn(string variable)
    {
        string[] known = [.. Names, "ptxas"];
        string[] names = (Environment.GetEnvironmentVariable(variable) ?? "").Split(
            ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return Array.Find(names, name => !known.Contains(name)) is { } unknown
            ? throw new ArgumentException(
                $"{variable} must name some of {string.Join(", ", known)}; one is '{unknown}'.")
            : names;
    }

    // Of several devices of a kind the first one that can be used is opened.
    private static string? ProblemOf(string name)
    {
        LambDeviceKind kind = name switch
        {
            "opencl" => LambDeviceKind.OpenCL,
            "cuda" => LambDeviceKind.Cuda,
            _ => LambDeviceKind.Cpu,
        };
        LambDeviceInfo[] found = [.. LazyFound.Value.Where(info => info.Kind == kind)];
        return found.Any(info => info.IsUsable) ? null : found[0].Problem!.Split(". ")[0] + ".";
    }

    private static string RowOf(string name) =>
        name == "cuda" && IsInterpreted(LazyFound.Value.First(info => info.Kind == LambDeviceKind.Cuda).Name)
            ? "interpreted"
            : name;

    private static bool IsInterpreted(string? name) =>
        name?.StartsWith(InterpretedName, StringComparison.Ordinal) == true;

    private static TestDevice OpenKind(LambDeviceKind kind)
    {
        var device = LambDevice.Open(kind);

        // On a CPU's OpenCL too the tests run what a GPU gets; the golden trajectories run what the CPU gets.
        Tuning tuning = kind == LambDeviceKind.OpenCL
            ? Tuning.ForGpu(device.Accelerator)
            : Tuning.For(device.Accelerator);
        return new TestDevice(device.Accelerator, tuning, device);
    }

    private static TestDevice OpenGroups()
    {
        // A thread a lane, and every barrier waits for each: half as many take less than half of the time.
        int warps = Thorough.Choose(quick: 2, thorough: 4);
        Context context = Context.Create(builder => builder.CPU(new CPUDevice(LanesOfAWarp, warps, 1)));
        Accelerator accelerator = context.GetCPUDevice(0).CreateAccelerator(context);
        var tuning = new Tuning(
            TileLength: 256, GroupSize: LanesOfAWarp * warps, MaxGroups: 1 << 20, ReachesEveryBuffer: false);
        return new TestDevice(accelerator, tuning, accelerator, context);
    }
}
