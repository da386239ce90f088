using ILGPU.Runtime.Cuda;
using Lamb.Gpu.Launch;

namespace Lamb.Gpu.Tests.Ptx;

/// <summary>What a multiprocessor of an NVIDIA GPU has room for: "Compute Capabilities" in NVIDIA's CUDA C++
/// Programming Guide.</summary>
/// <param name="Capability">The compute capability.</param>
/// <param name="Warps">The most warps at a time, of 32 lanes each.</param>
/// <param name="Groups">The most groups at a time.</param>
/// <param name="SharedBytes">The shared memory of all its groups together.</param>
/// <param name="ReservedBytes">The shared memory that each group needs beyond its own.</param>
internal sealed record Architecture(
    CudaArchitecture Capability, int Warps, int Groups, int SharedBytes, int ReservedBytes)
{
    private const int WarpSize = 32;
    private const int MaxGroupSize = 1024;

    // In a quarter of a multiprocessor; a warp gets as many of these as it needs, and stays in its quarter.
    private const int RegistersOfAQuarter = 16 * 1024;
    private const int RegistersAtOnce = 256;

    /// <summary>The architectures that the kernels are compiled for in the tests: from the oldest that CUDA 13 still
    /// takes.</summary>
    public static IReadOnlyList<Architecture> All { get; } =
    [
        new(CudaArchitecture.SM_75, 32, 16, 64 * 1024, 0),
        new(CudaArchitecture.SM_80, 64, 32, 164 * 1024, 1024),
        new(CudaArchitecture.SM_90, 64, 32, 228 * 1024, 1024),
    ];

    /// <summary>As in "8.0".</summary>
    public string Name => $"{Capability.Major}.{Capability.Minor}";

    /// <summary>As in "sm_80".</summary>
    public string Target => $"sm_{Capability.Major}{Capability.Minor}";

    /// <summary>The lanes of every group that is launched.</summary>
    public static int GroupSize => Tuning.LargestGroup(MaxGroupSize);

    /// <summary>The share of the warps that are there at a time when groups are, in percent.</summary>
    public int Occupancy(KernelResources resources)
    {
        int warpsOfAGroup = GroupSize / WarpSize;
        int ofAWarp = RoundUp(resources.Registers * WarpSize, RegistersAtOnce);
        int byRegisters = RegistersOfAQuarter / ofAWarp * 4 / warpsOfAGroup;
        int byShared = SharedBytes / Math.Max(resources.SharedBytes + ReservedBytes, 1);
        int groups = Math.Min(Math.Min(Groups, Warps / warpsOfAGroup), Math.Min(byRegisters, byShared));
        return 100 * groups * warpsOfAGroup / Warps;
    }

    private static int RoundUp(int value, int unit) => (value + unit - 1) / unit * unit;
}
