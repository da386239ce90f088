using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Devices;

namespace Lamb.Gpu;

/// <summary>Opens an accelerator, for callers who have none yet.</summary>
public sealed class LambDevice : IDisposable
{
    /// <summary>The environment variable that decides what <see cref="Open"/> opens: cuda, opencl or cpu.</summary>
    public const string EnvironmentVariable = "LAMB_DEVICE";

    private readonly Context context;

    private LambDevice(Context context, Accelerator accelerator, LambDeviceKind kind)
    {
        this.context = context;
        Accelerator = accelerator;
        Kind = kind;
    }

    /// <summary>Gets the accelerator; it is disposed with the device.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>Gets what was opened.</summary>
    public LambDeviceKind Kind { get; }

    /// <summary>Opens CUDA, else an OpenCL GPU, else the CPU accelerator with one worker a core.</summary>
    /// <param name="kind">
    /// What to open, whatever <see cref="EnvironmentVariable"/> says. Asked for by name, OpenCL may be any kind of
    /// device, a GPU first; a CPU that OpenCL offers is never taken unasked.
    /// </param>
    /// <returns>The device, owned by the caller.</returns>
    /// <exception cref="ArgumentException"><see cref="EnvironmentVariable"/> has a value that is none of the
    /// three.</exception>
    /// <exception cref="NotSupportedException">
    /// What was asked for is not there; the text says what was looked for, what was found and what to install.
    /// </exception>
    public static LambDevice Open(LambDeviceKind? kind = null)
    {
        LambDeviceKind? asked = kind ?? FromEnvironment(Environment.GetEnvironmentVariable(EnvironmentVariable));
        Context context = DeviceSearch.CreateContext();
        try
        {
            Device device = DeviceSearch.Choose(context, asked);
            return new LambDevice(context, DeviceSearch.Open(context, device), DeviceSearch.KindOf(device));
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    /// <summary>Lists every device that was found, and each kind that was not, with the reason.</summary>
    /// <returns>What <see cref="Open"/> would take first comes first.</returns>
    public static IReadOnlyList<LambDeviceInfo> List()
    {
        using Context context = DeviceSearch.CreateContext();
        return DeviceSearch.Describe(context);
    }

    /// <summary>Disposes the accelerator, and with it every buffer that is left on it.</summary>
    /// <remarks>Never throws, and a second call does nothing; what a device that has failed says meanwhile is not
    /// told.</remarks>
    public void Dispose()
    {
        try
        {
            Accelerator.Dispose();
            context.Dispose();
        }
        catch (Exception)
        {
            // The device has failed: what it says would hide the exception that told of it first.
        }
    }

    private static LambDeviceKind? FromEnvironment(string? value) => value?.Trim().ToUpperInvariant() switch
    {
        null or "" => null,
        "CUDA" => LambDeviceKind.Cuda,
        "OPENCL" => LambDeviceKind.OpenCL,
        "CPU" => LambDeviceKind.Cpu,
        _ => throw new ArgumentException($"{EnvironmentVariable} must be cuda, opencl or cpu, was '{value}'."),
    };
}
