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

    private static readonly Lazy<string> LazyCudaRow = new(FindCudaRow);
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

    /// <summary>The names of all rows, for <c>[DynamicData]</c>.</summary>
    /// <remarks>
    /// cpu: the CPU accelerator with vectors. cpu-groups: ILGPU's simulation of a GPU, groups of 16 lanes in warps of
    /// 4, running the kernels that a GPU gets. opencl, cuda: what this machine has. interpreted, in the place of cuda:
    /// CUDA's host side and code on a driver that interprets it, which no report may take for a GPU.
    /// </remarks>
    public static IEnumerable<object[]> Rows => [["cpu"], ["cpu-groups"], ["opencl"], [LazyCudaRow.Value]];

    /// <summary>The rows of the devices that <see cref="LambDevice"/> opens.</summary>
    public static IEnumerable<object[]> OpenedRows => Rows.Where(row => row[0] is not "cpu-groups");

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
    internal long Effort => Accelerator switch
    {
        _ when IsInterpreted(Accelerator.Name) => 300_000,
        CPUAccelerator when Tuning.GroupSize > 1 => 100_000,
        CLAccelerator => 6_000_000,
        _ => 60_000_000,
    };

    /// <summary>Gets whether a CPU plays the GPU: every barrier then costs as much as a thousand elements.</summary>
    internal bool IsSimulated => Effort < 1_000_000;

    /// <summary>Opens the device of a row; a GPU that is missing makes the test inconclusive, or fail where it is
    /// required.</summary>
    /// <remarks>Where LAMB_ROWS names rows, the others are inconclusive.</remarks>
    public static TestDevice Open(string row) => Open(row, () => row switch
    {
        "cpu" => LazyCpu.Value,
        "cpu-groups" => LazyGroups.Value,
        "opencl" => LazyOpenCL.Value,
        _ => LazyCuda.Value,
    });

    /// <summary>Opens the device of a row once more, for a test that measures what others would change: what lies on
    /// it, what is compiled for it.</summary>
    /// <remarks>It belongs to the caller.</remarks>
    public static TestDevice OpenAlone(string row) => Open(row, () => row switch
    {
        "cpu" => OpenKind(LambDeviceKind.Cpu),
        "cpu-groups" => OpenGroups(),
        "opencl" => OpenKind(LambDeviceKind.OpenCL),
        _ => OpenKind(LambDeviceKind.Cuda),
    });

    /// <summary>Tells whether a row can be opened, or must be because it is required.</summary>
    public static bool IsThere(string row)
    {
        try
        {
            return IsRequired(row) || Open(row) != null;
        }
        catch (AssertInconclusiveException)
        {
            return false;
        }
    }

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
        name == "cpu" || IsNamed(name, Environment.GetEnvironmentVariable("LAMB_REQUIRE") ?? "");

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

    private static TestDevice Open(string row, Func<TestDevice> open)
    {
        if (!Rows.Any(known => known[0] is string name && name == row))
        {
            throw new ArgumentException($"No row is called '{row}'.", nameof(row));
        }

        if (Environment.GetEnvironmentVariable("LAMB_ROWS") is { Length: > 0 } names && !IsNamed(row, names))
        {
            throw new AssertInconclusiveException($"LAMB_ROWS does not name '{row}'.");
        }

        try
        {
            return open();
        }
        catch (NotSupportedException missing) when (!IsRequired(row))
        {
            throw new AssertInconclusiveException(string.Join(". ", missing.Message.Split(". ")[..2]) + ".");
        }
    }

    private static bool IsNamed(string row, string names)
    {
        string[] known = ["cpu", "cpu-groups", "opencl", "cuda", "ptxas"];
        string[] asked = names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return Array.Find(asked, name => !known.Contains(name)) is { } unknown
            ? throw new ArgumentException(
                $"LAMB_REQUIRE and LAMB_ROWS must name some of {string.Join(", ", known)}; one is '{unknown}'.")
            : asked.Contains(row == LazyCudaRow.Value ? "cuda" : row);
    }

    private static string FindCudaRow()
    {
        LambDeviceInfo opened = LambDevice.List().First(info => info.Kind == LambDeviceKind.Cuda);
        return IsInterpreted(opened.Name) ? "interpreted" : "cuda";
    }

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
        Context context = Context.Create(builder => builder.CPU(CPUDevice.Default));
        Accelerator accelerator = context.GetCPUDevice(0).CreateAccelerator(context);
        var tuning = new Tuning(TileLength: 256, GroupSize: 16, MaxGroups: 1 << 20, ReachesEveryBuffer: false);
        return new TestDevice(accelerator, tuning, accelerator, context);
    }
}
