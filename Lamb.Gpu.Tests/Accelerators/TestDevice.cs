using System.Collections.Concurrent;
using ILGPU.Runtime;

namespace Lamb.Gpu.Tests.Accelerators;

/// <summary>Devices that all tests share: opened when first asked for, disposed after the last test.</summary>
[TestClass]
public static class TestDevice
{
    private static readonly ConcurrentDictionary<LambDeviceKind, Lazy<LambDevice>> Opened = new();

    private static readonly Lazy<LambDevice> Chosen = new(() =>
        string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(LambDevice.EnvironmentVariable))
            ? Get(LambDeviceKind.Cpu)
            : LambDevice.Open());

    /// <summary>Gets the accelerator that LAMB_DEVICE names, or the CPU accelerator.</summary>
    public static Accelerator Accelerator => Chosen.Value.Accelerator;

    /// <summary>Gets the device of a kind; throws, each time, where there is none.</summary>
    public static LambDevice Get(LambDeviceKind kind) =>
        Opened.GetOrAdd(kind, static asked => new Lazy<LambDevice>(() => LambDevice.Open(asked))).Value;

    [AssemblyCleanup]
    public static void DisposeAll()
    {
        // The chosen device is one of the others where it is the CPU.
        IEnumerable<Lazy<LambDevice>> opened = Opened.Values.Append(Chosen).Where(device => device.IsValueCreated);
        foreach (LambDevice device in opened.Select(device => device.Value).Distinct().ToArray())
        {
            device.Dispose();
        }
    }
}
