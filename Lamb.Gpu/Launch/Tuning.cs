using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using Lamb.Gpu.Kernels.Workers;

namespace Lamb.Gpu.Launch;

/// <summary>The numbers that only speed depends on.</summary>
/// <param name="TileLength">The most elements of a tile; a multiple of four.</param>
/// <param name="GroupSize">The lanes of a group, a power of two.</param>
/// <param name="MaxGroups">The most groups of a launch; each takes several tiles where there are more.</param>
/// <param name="ReachesEveryBuffer">
/// Whether an offset leads from any buffer of the device to any other, so that one launch reaches them all.
/// </param>
/// <param name="Claim">How one launch does all stages of an update; null where each stage is a launch.</param>
internal sealed record Tuning(
    int TileLength, int GroupSize, int MaxGroups, bool ReachesEveryBuffer, ClaimTuning? Claim = null)
{
    /// <summary>The tile length on the CPU accelerator: long, since every tile there starts two loops.</summary>
    public const int CpuTileLength = 16384;

    /// <summary>The tile length on a GPU: four loads of 16 bytes a lane.</summary>
    public const int GpuTileLength = 4096;

    /// <summary>The tile length where a group is one lane: short, since it adds all squares of a tile
    /// alone.</summary>
    public const int SingleLaneTileLength = 512;

    /// <summary>The elements that are claimed at once on the CPU accelerator where tiles are shorter.</summary>
    public const int CpuClaimLength = 8192;

    /// <summary>The tiles of moments there between the last of a variable and its apply.</summary>
    public const int CpuClaimLag = 2;

    /// <summary>Gets whether the one lane of a group is a thread of this process, with vectors.</summary>
    public bool IsHost { get; init; }

    /// <summary>What is right for an accelerator.</summary>
    public static Tuning For(Accelerator accelerator) => accelerator switch
    {
        // A group costs about half a microsecond on the CPU accelerator, so one group a worker takes all its tiles.
        CPUAccelerator => new Tuning(CpuTileLength, 1, accelerator.NumMultiprocessors, true) { IsHost = true }
            .InOneLaunch(accelerator),

        // PoCL runs the lanes of a group one after the other: a single one took 1.6 ns an element, 256 took 3 to 8.
        CLAccelerator { DeviceType: CLDeviceType.CL_DEVICE_TYPE_CPU } =>
            ForGpu(accelerator) with { GroupSize = 1, TileLength = SingleLaneTileLength },
        _ => ForGpu(accelerator),
    };

    /// <summary>What is right for a GPU.</summary>
    public static Tuning ForGpu(Accelerator accelerator) => new(
        GpuTileLength,
        LargestGroup(accelerator.MaxNumThreadsPerGroup),
        accelerator.MaxGridSize.X,
        accelerator is CudaAccelerator);

    /// <summary>The same with all stages of an update in one launch.</summary>
    public Tuning InOneLaunch(Accelerator accelerator) => this with
    {
        Claim = IsHost
            ? new ClaimTuning(accelerator.NumMultiprocessors, CpuClaimLength, CpuClaimLag)
            : new ClaimTuning(ResidentGroups(accelerator), TileLength, ResidentGroups(accelerator)),
    };

    /// <summary>The group size on a GPU whose groups have at most <paramref name="limit"/> lanes.</summary>
    public static int LargestGroup(int limit) => 1 << (int)Math.Log2(Math.Min(GroupSums.MaxGroupSize, limit));

    private int ResidentGroups(Accelerator accelerator) => accelerator.NumMultiprocessors
        * Math.Max(accelerator.MaxNumThreadsPerMultiprocessor / GroupSize, 1);
}

/// <summary>The numbers of a launch in which workers claim what they do.</summary>
/// <param name="Workers">The groups that claim.</param>
/// <param name="Length">The elements that are claimed at once where tiles are shorter.</param>
/// <param name="Lag">The tiles of moments between the last of a variable and its apply.</param>
internal sealed record ClaimTuning(int Workers, int Length, int Lag);
