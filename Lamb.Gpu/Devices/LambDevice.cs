using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Devices;

namespace Lamb.Gpu;

/// <summary>Opens an accelerator, for callers that do not have one.</summary>
public sealed class LambDevice : IDisposable
{
    /// <summary>The environment variable that chooses the device for <see cref="Open"/>: cuda, opencl or cpu.</summary>
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

    /// <summary>Gets the kind of device that was opened.</summary>
    public LambDeviceKind Kind { get; }

    /// <summary>Opens CUDA, else an OpenCL GPU, else the CPU accelerator with one worker per core.</summary>
    /// <param name="kind">
    /// The kind of device to open, which overrides <see cref="EnvironmentVariable"/>. If OpenCL is requested, any kind
    /// of OpenCL device is opened, a GPU first; otherwise an OpenCL CPU is never opened.
    /// </param>
    /// <returns>The device, owned by the caller.</returns>
    /// <exception cref="ArgumentException"><see cref="EnvironmentVariable"/> has another value than the
    /// three.</exception>
    /// <exception cref="NotSupportedException">
    /// The requested device is missing; the message says what was looked for, what was found and what to install.
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
    /// <returns>The devices, in the order in which <see cref="Open"/> prefers them.</returns>
    public static IReadOnlyList<LambDeviceInfo> List()
    {
        using Context context = DeviceSearch.CreateContext();
        return DeviceSearch.Describe(context);
    }

    /// <summary>Disposes of the accelerator and of every buffer that is left on it.</summary>
    /// <remarks>Never throws; a second call does nothing. Errors of a failed device are ignored.</remarks>
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
