using System.CommandLine;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>The option <c>--device</c>, and the device that it stands for.</summary>
internal static class DeviceChoice
{
    /// <summary>Makes the option.</summary>
    public static Option<string?> CreateOption(string question)
    {
        var option = new Option<string?>("--device")
        {
            Description = $"{question} By default {LambDevice.EnvironmentVariable} decides, else the best there is.",
            HelpName = "cuda|opencl|cpu",
        };
        option.CompletionSources.Add("cuda", "opencl", "cpu");
        return option;
    }

    /// <summary>Reads the value of the option.</summary>
    public static LambDeviceKind? KindOf(string? name) => name?.ToUpperInvariant() switch
    {
        null => null,
        "CUDA" => LambDeviceKind.Cuda,
        "OPENCL" => LambDeviceKind.OpenCL,
        "CPU" => LambDeviceKind.Cpu,
        _ => throw new UsageException($"--device must be cuda, opencl or cpu, was '{name}'."),
    };

    /// <summary>Opens the device.</summary>
    /// <exception cref="UsageException">It is not there.</exception>
    public static LambDevice Open(LambDeviceKind? kind)
    {
        try
        {
            return LambDevice.Open(kind);
        }
        catch (Exception failure) when (failure is NotSupportedException or ArgumentException)
        {
            throw new UsageException(failure.Message);
        }
    }
}
